/** The validate answers and the 400s that a JVM worker gave, byte for byte but for texts of documentation. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RawConfig } from '../../src/config/define.ts'
import type { ConfigInfos } from '../../src/config/validate.ts'
import { overridePolicy } from '../../src/kafka/override-policy.ts'
import { pluginCatalog } from '../../src/plugin/find-plugins.ts'
import { invalidConfigMessage, validateConnector } from '../../src/runtime/validate-connector.ts'
import { oracleCases } from '../conformance/oracle-dir.ts'
import { standInRows } from './stand-in-plugins.ts'

interface RestCase {
  readonly name: string
  readonly method: string
  readonly path: string
  readonly body?: unknown
  readonly status: number | string
  readonly response?: unknown
}

const parts = {
  catalog: pluginCatalog(standInRows),
  workerConverters: {
    key: { className: 'org.apache.kafka.connect.json.JsonConverter', version: null },
    value: { className: 'JsonConverter', version: null },
    header: { className: 'org.apache.kafka.connect.storage.SimpleHeaderConverter', version: null },
  },
  overridePolicy: overridePolicy({}),
  resolve: (raw: RawConfig) => raw,
}

const cases = oracleCases<RestCase>('rest')

/** What stands in the recorded answers for any text. */
const DOC = '$' + '{DOC}'

const withoutDocs = (infos: ConfigInfos): string =>
  JSON.stringify({
    ...infos,
    configs: infos.configs.map((config) => ({
      ...config,
      definition: config.definition && { ...config.definition, documentation: DOC },
    })),
  })

const validations = cases.filter(({ path, status }) => path.endsWith('/config/validate') && status === 200)

test('the oracle holds validations', () => assert.ok(validations.length >= 10))

for (const { name, body, response } of validations) {
  test(`validate answers as the JVM worker did: ${name}`, async () => {
    const { configInfos } = await validateConnector(body as RawConfig, parts)
    assert.equal(withoutDocs(configInfos), JSON.stringify(response))
    assert.ok(configInfos.configs.every(({ definition }) => definition === null || definition.documentation !== ''))
  })
}

const refused = cases.filter(
  ({ response, path }) =>
    !path.endsWith('/validate') && JSON.stringify(response ?? '').includes('"Connector configuration is invalid'),
)

for (const { name, method, body, response } of refused) {
  if (method === 'PATCH') continue // what is validated there is the whole config, which the case does not hold
  test(`a config is refused in the words of the JVM worker: ${name}`, async () => {
    const request = body as { name?: string; config?: RawConfig }
    const config =
      method === 'POST' ? { ...request.config, name: request.name ?? '' } : { ...(body as RawConfig), name: 'n' }
    const result = await validateConnector(config, parts)
    assert.deepEqual(response, { error_code: 400, message: invalidConfigMessage(result) })
  })
}

test('an unknown connector is refused in the words of the JVM worker', async () => {
  const recorded = cases.find(({ name }) => name === 'create.unknown.class')!
  const { message } = recorded.response as { message: string }
  const config = (recorded.body as { config: RawConfig }).config
  await assert.rejects(validateConnector(config, parts), { message })
})
