import { defineApi } from '../message.ts'
import { boolean, int8, int16, int32, string } from '../message-fields.ts'
import { array } from '../message-table.ts'

/** Settings of topics (resource type 2) and brokers (4). */
export const describeConfigs = defineApi({
  name: 'DescribeConfigs',
  key: 32,
  versions: '1-4',
  flexible: '4+',
  request: {
    resources: array('0+', {
      resourceType: int8('0+'),
      resourceName: string('0+'),
      configurationKeys: array('0+', string('0+'), { nullable: '0+' }),
    }),
    includeSynonyms: boolean('1+'),
    includeDocumentation: boolean('3+'),
  },
  response: {
    throttleTimeMs: int32('0+'),
    results: array('0+', {
      errorCode: int16('0+'),
      errorMessage: string('0+', { nullable: '0+' }),
      resourceType: int8('0+'),
      resourceName: string('0+'),
      configs: array('0+', {
        name: string('0+'),
        value: string('0+', { nullable: '0+' }),
        readOnly: boolean('0+'),
        isDefault: boolean('0'),
        configSource: int8('1+', { default: -1 }),
        isSensitive: boolean('0+'),
        synonyms: array('1+', { name: string('1+'), value: string('1+', { nullable: '0+' }), source: int8('1+') }),
        configType: int8('3+'),
        documentation: string('3+', { nullable: '0+' }),
      }),
    }),
  },
})
