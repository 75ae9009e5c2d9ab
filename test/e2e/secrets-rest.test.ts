// A secret in every place that has room for one, and then a search through everything the worker says.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { kafka, uniqueName } from '../helpers/kafka-server.ts'
import { fileSource, type Settings, startOurWorker, workerSettings } from '../helpers/our-worker.ts'
import { waitUntil } from '../helpers/processes.ts'
import { temporaryDir } from '../helpers/services-dir.ts'
import { writeLines } from './numbered-lines.ts'
import { installPlugins } from './plugin-folder.ts'

const SECRETS = {
  worker: 'planted-worker-7001',
  unknownPassword: 'planted-unknown-7002',
  provider: 'planted-provider-7003',
  jaas: 'planted-jaas-7004',
  basicAuth: 'planted-basic-7005',
  byType: 'planted "by\\type" 7006',
  wrongLogin: 'planted-wrong-7007',
  aNumber: '70087008',
}

/** How a secret may stand in an answer. */
const spellings = (secret: string): readonly string[] => [
  secret,
  JSON.stringify(secret).slice(1, -1),
  encodeURIComponent(secret),
  Buffer.from(`admin:${secret}`).toString('base64'),
]

const assertNone = (text: string, where: string): void => {
  for (const [name, secret] of Object.entries(SECRETS)) {
    for (const spelling of spellings(secret)) {
      const at = text.indexOf(spelling)
      assert.ok(at < 0, `the secret '${name}' is in ${where}: ${text.slice(Math.max(0, at - 200), at + 60)}`)
    }
  }
}

for (const format of ['text', 'json']) {
  test(`no secret, wherever it was planted, is in the log (${format}) or in any answer of REST`, {
    timeout: 240_000,
  }, async (t) => {
    const server = await kafka()
    const folder = temporaryDir(t)
    const topic = await server.newTopic('planted')
    await server.produce(topic, [{ value: 'one' }, { value: 'two' }])
    const lines = join(folder, 'lines.txt')
    writeLines(lines, 0, 10)
    writeFileSync(join(folder, 'users'), `admin=${SECRETS.basicAuth}\n`)
    writeFileSync(
      join(folder, 'jaas.conf'),
      `KafkaConnect { org.apache.kafka.connect.rest.basic.auth.extension.PropertyFileLoginModule required file="${folder}/users"; };\n`,
    )
    const secretFile = join(folder, 'secrets.properties')
    writeFileSync(secretFile, `entry=${SECRETS.provider}\nnumber=${SECRETS.aNumber}\n`)
    const variable = (key: string): string => `\${file:${secretFile}:${key}}`
    const leaky = (where: string, more: Settings = {}): Settings => ({
      name: uniqueName(`leaky-${where}`),
      'connector.class': 'test.e2e.LeakySink',
      topics: topic,
      'leak.in': where,
      'api.entry': SECRETS.byType,
      'some.password': SECRETS.unknownPassword,
      'consumer.override.ssl.key.password': SECRETS.unknownPassword,
      'consumer.override.sasl.jaas.config': `a.B required username="u" password="${SECRETS.jaas}";`,
      ...more,
    })
    const tolerant = {
      'errors.tolerance': 'all',
      'errors.log.enable': true,
      'errors.log.include.messages': true,
      'errors.deadletterqueue.topic.name': `${topic}-dlq`,
      'errors.deadletterqueue.topic.replication.factor': 1,
      'errors.deadletterqueue.context.headers.enable': true,
    }
    const connectors = [
      leaky('start'),
      leaky('put'),
      leaky('put', { 'api.entry': variable('entry') }),
      leaky('report', tolerant),
      fileSource(uniqueName('source'), lines, topic, { 'producer.override.ssl.key.password': variable('entry') }),
    ]
    const worker = await startOurWorker({
      folder,
      args: ['--log-level', 'TRACE', '--log-format', format],
      env: { KAFKA_OPTS: `-Djava.security.auth.login.config=${join(folder, 'jaas.conf')}` },
      worker: workerSettings(server.bootstrap, folder, {
        'plugin.path': installPlugins(folder),
        'config.providers': 'file',
        'config.providers.file.class': 'org.apache.kafka.common.config.provider.FileConfigProvider',
        'producer.ssl.keystore.password': SECRETS.worker,
        'admin.sasl.jaas.config': `a.B required password="${SECRETS.jaas}";`,
        'rest.extension.classes': 'org.apache.kafka.connect.rest.basic.auth.extension.BasicAuthSecurityRestExtension',
      }),
      connectors,
    })
    t.after(() => worker.kill9())
    const url = worker.restUrl()
    const ask = async (
      method: string,
      path: string,
      body?: unknown,
      password = SECRETS.basicAuth,
    ): Promise<{ readonly status: number; readonly text: string }> => {
      const headers = { authorization: `Basic ${Buffer.from(`admin:${password}`).toString('base64')}` }
      const answer = await fetch(`${url}${path}`, {
        method,
        signal: AbortSignal.timeout(60_000),
        headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      return { status: answer.status, text: await answer.text() }
    }
    const names = connectors.map(({ name }) => String(name))
    const failed = names.slice(0, 3)
    await waitUntil(
      async () => {
        const all = JSON.parse((await ask('GET', '/connectors?expand=status')).text)
        return failed.every((name) => all[name].status.tasks[0]?.state === 'FAILED')
      },
      { timeoutMs: 60_000, what: 'the three tasks to fail' },
    )
    await worker.waitForLog('Error encountered in task')

    // 1. Whoever asks, right or wrong.
    assert.equal((await ask('GET', '/connectors', undefined, SECRETS.wrongLogin)).status, 401)
    const paths = [
      ...[
        '/',
        '/health',
        '/metrics',
        '/connectors',
        '/connectors?expand=status',
        '/connectors?expand=info',
        '/admin/loggers',
        '/openapi.json',
      ],
      ...['/connector-plugins?connectorsOnly=false', '/connector-plugins/LeakySink/config'],
      ...names.flatMap((name) =>
        ['status', 'tasks/0/status', 'topics', 'offsets'].map((rest) => `/connectors/${name}/${rest}`),
      ),
    ]
    for (const path of paths) {
      const { status, text } = await ask('GET', path)
      assert.equal(status, 200, `${path}: ${text}`)
      assertNone(text, path)
    }
    const trace = (await ask('GET', `/connectors/${failed[1]}/status`)).text
    assert.match(trace, /refused: \[hidden\]/, 'the trace is there, without the secret')
    assert.match((await ask('GET', '/health')).text, /because of \[hidden\]/)

    // 2. Configs; what a client sends back as it was shown means the secret that is stored.
    for (const name of names) {
      for (const path of [`/connectors/${name}`, `/connectors/${name}/config`, `/connectors/${name}/tasks`]) {
        assertNone((await ask('GET', path)).text, path)
      }
    }
    const path = `/connectors/${failed[1]}/config`
    const shown = JSON.parse((await ask('GET', path)).text) as Record<string, string>
    assert.equal(shown['some.password'], '[hidden]')
    const again = await ask('PUT', path, { ...shown, 'errors.retry.timeout': '1' })
    assert.equal(again.status, 200, again.text)
    assertNone(again.text, `PUT ${path}`)
    await waitUntil(
      async () => /refused: \[hidden\]/.test((await ask('GET', `/connectors/${failed[1]}/status`)).text),
      {
        timeoutMs: 60_000,
        what: 'the task to fail with the same secret again',
      },
    )

    // 3. Errors about what was sent.
    const config = { ...leaky('put'), 'tasks.max': '1' }
    const wrong: [method: string, path: string, body: unknown, status: number][] = [
      ['POST', '/connectors', { name: 'x', config: { ...config, name: 'x', limit: variable('entry') } }, 400],
      ['POST', '/connectors', { name: 'x', config: { ...config, name: 'x', limit: SECRETS.byType } }, 400],
      ['PUT', '/connectors/x/config', { ...config, name: 'x', 'connector.class': variable('entry') }, 400],
      [
        'PUT',
        `/connectors/${failed[1]}/config`,
        { ...config, name: failed[1], topics: '', limit: variable('entry') },
        400,
      ],
      ['POST', '/connectors', `{"name":"${SECRETS.worker}" oops`, 400],
      ['POST', '/connectors', { name: 'x', config: { 'some.password': SECRETS.unknownPassword } }, 400],
    ]
    for (const [method, path, body, status] of wrong) {
      const answer = await ask(method, path, body)
      assert.equal(answer.status, status, answer.text)
      assertNone(answer.text, `${method} ${path} ${JSON.stringify(body)}`)
    }
    const validated = await ask('PUT', '/connector-plugins/LeakySink/config/validate', {
      ...config,
      limit: variable('entry'),
      'errors.retry.timeout': variable('number'),
    })
    assert.equal(validated.status, 200)
    assertNone(validated.text, 'validate')
    assert.match(validated.text, /Invalid value \[hidden\] for configuration limit/)
    const errors = (JSON.parse(validated.text) as { configs: { value: { errors: string[] } }[] }).configs.flatMap(
      ({ value }) => value.errors,
    )
    assertNone(errors.join('\n'), 'the errors of validate')

    // 4. Everything that was logged.
    for (const name of names) await ask('POST', `/connectors/${name}/restart?includeTasks=true`)
    await worker.stop()
    const log = worker.output()
    assert.match(log, /logging in with \[hidden\]/)
    assert.match(log, /TRACE|DEBUG/)
    assertNone(log, 'the log')
  })
}
