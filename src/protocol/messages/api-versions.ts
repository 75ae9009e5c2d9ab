import { defineApi } from '../message.ts'
import { boolean, int16, int32, int64, string } from '../message-fields.ts'
import { array } from '../message-table.ts'

/** What versions of which requests a broker understands. Comes first on a connection. */
export const apiVersions = defineApi({
  name: 'ApiVersions',
  key: 18,
  versions: '0-4',
  flexible: '3+',
  request: { clientSoftwareName: string('3+'), clientSoftwareVersion: string('3+') },
  response: {
    errorCode: int16('0+'),
    apiKeys: array('0+', { apiKey: int16('0+'), minVersion: int16('0+'), maxVersion: int16('0+') }),
    throttleTimeMs: int32('1+'),
    supportedFeatures: array(
      '3+',
      { name: string('3+'), minVersion: int16('3+'), maxVersion: int16('3+') },
      { tag: 0 },
    ),
    finalizedFeaturesEpoch: int64('3+', { tag: 1, default: -1 }),
    finalizedFeatures: array(
      '3+',
      { name: string('3+'), maxVersionLevel: int16('3+'), minVersionLevel: int16('3+') },
      { tag: 2 },
    ),
    zkMigrationReady: boolean('3+', { tag: 3 }),
  },
})
