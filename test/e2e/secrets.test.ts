import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { kafka, uniqueName } from '../helpers/kafka-server.ts'
import {
  fileSink,
  fileSource,
  runOurWorker,
  type Settings,
  startOurWorker,
  workerSettings,
  writeProperties,
} from '../helpers/our-worker.ts'
import { waitUntil } from '../helpers/processes.ts'
import { temporaryDir } from '../helpers/services-dir.ts'
import { countLines, writeLines } from './numbered-lines.ts'

const PROVIDERS = 'org.apache.kafka.common.config.provider'
const SECRETS = {
  file: 'planted-file-secret-4711',
  directory: 'planted-directory-secret-4712',
  env: 'planted-env-secret-4713',
  plain: 'planted-plain-secret-4714',
}

/** As they are written in a property file. */
const variable = (provider: string, rest: string): string => `\${${provider}:${rest}}`

const providers = (folder: string): Settings => {
  mkdirSync(join(folder, 'secrets'), { recursive: true })
  writeFileSync(
    join(folder, 'secrets.properties'),
    `password=${SECRETS.file}\nbatch=2\nformat=org.apache.kafka.connect.storage.StringConverter\n`,
  )
  writeFileSync(join(folder, 'secrets/token'), SECRETS.directory)
  return {
    'config.providers': 'file,directory,env',
    'config.providers.file.class': `${PROVIDERS}.FileConfigProvider`,
    'config.providers.directory.class': `${PROVIDERS}.DirectoryConfigProvider`,
    'config.providers.env.class': `${PROVIDERS}.EnvVarConfigProvider`,
    'config.providers.env.param.allowlist.pattern': 'E2E_.*',
  }
}

const assertNoSecret = (output: string): void => {
  for (const [name, secret] of Object.entries(SECRETS)) {
    assert.ok(!output.includes(secret), `the secret of ${name} is in the log: ${lineWith(output, secret)}`)
  }
}
const lineWith = (output: string, secret: string): string =>
  output.split('\n').find((line) => line.includes(secret)) ?? ''

test('variables of files, directories and the environment are replaced, and secrets are in no log line', {
  timeout: 180_000,
}, async (t) => {
  const server = await kafka()
  const folder = temporaryDir(t)
  const from = join(folder, 'from.txt')
  const to = join(folder, 'to.txt')
  const topic = await server.newTopic('secrets')
  writeLines(from, 0, 100)
  const secretFile = join(folder, 'secrets.properties')
  const worker = await startOurWorker({
    folder,
    // Everything there is to log: passwords of stores that are not used here are read, and told to nobody.
    args: ['--log-level', 'TRACE'],
    env: { E2E_FILE: to, E2E_TOKEN: SECRETS.env },
    worker: workerSettings(server.bootstrap, folder, {
      ...providers(folder),
      'value.converter': variable('file', `${secretFile}:format`),
      'producer.ssl.keystore.password': variable('file', `${secretFile}:password`),
      'consumer.ssl.truststore.password': variable('directory', `${join(folder, 'secrets')}:token`),
      'admin.sasl.jaas.config': `a.b.Module required password="${SECRETS.plain}";`,
    }),
    connectors: [
      fileSource(uniqueName('source'), from, topic, {
        'batch.size': variable('file', `${secretFile}:batch`),
        'producer.override.ssl.key.password': variable('env', 'E2E_TOKEN'),
        'some.unknown.password': SECRETS.plain,
      }),
      fileSink(uniqueName('sink'), variable('env', 'E2E_FILE'), topic),
    ],
  })
  t.after(() => worker.kill9())
  await waitUntil(() => countLines(to) === 100, {
    timeoutMs: 60_000,
    what: 'the lines in the file named by a variable',
  })
  assert.equal(await worker.stop(), 143)
  assert.match(worker.output(), / (DEBUG|TRACE) /, 'there was more than the usual to log')
  assertNoSecret(worker.output())
})

test('an error about a setting that came from a variable does not tell its value', { timeout: 180_000 }, async (t) => {
  const server = await kafka()
  const folder = temporaryDir(t)
  const own = join(folder, 'secrets')
  const run = async (worker: Settings, connector: Settings): Promise<{ code: unknown; output: string }> => {
    const files = [
      writeProperties(join(folder, 'worker.properties'), worker),
      writeProperties(join(folder, 'connector.properties'), connector),
    ]
    const { code, stdout, stderr } = await runOurWorker(files)
    return { code, output: stdout + stderr }
  }
  const good = workerSettings(server.bootstrap, folder, providers(folder))
  const source = fileSource('source', join(folder, 'x'), 'x')
  const token = variable('directory', `${own}:token`)
  const rows: [what: string, code: number, worker: Settings, connector: Settings, says: RegExp][] = [
    [
      'a number of the worker',
      2,
      { ...good, 'offset.flush.interval.ms': token },
      source,
      /offset\.flush\.interval\.ms/,
    ],
    ['a number of a client', 2, { ...good, 'producer.linger.ms': token }, source, /producer\.linger\.ms/],
    ['a number of a connector', 3, good, { ...source, 'batch.size': token }, /batch\.size/],
    ['a class', 3, good, { ...source, 'connector.class': token }, /class/],
  ]
  for (const [what, expected, worker, connector, says] of rows) {
    const { code, output } = await run(worker, connector)
    assert.equal(code, expected, `${what}: ${output}`)
    assert.match(output, says, what)
    assertNoSecret(output)
  }
})
