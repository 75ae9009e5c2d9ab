// One suite, four clients that have nothing to do with each other, two brokers: each client gets the same from both.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type BrokerProcess, startBrokerProcess } from '../dev-broker/start-broker-process.ts'
import { withoutApacheKafka } from '../helpers/choose-broker.ts'
import { kafka } from '../helpers/kafka-server.ts'
import { hasProgram } from '../helpers/processes.ts'
import { adminScenarios } from './dev-broker/admin-scenarios.ts'
import type { SomeClient } from './dev-broker/client.ts'
import { groupScenarios } from './dev-broker/group-scenarios.ts'
import { type JavaDriver, startJavaDriver } from './dev-broker/java-client.ts'
import { kafkajsClient } from './dev-broker/kafkajs-client.ts'
import { kcatClient } from './dev-broker/kcat-client.ts'
import { platformaticClient } from './dev-broker/platformatic-client.ts'
import { recordScenarios } from './dev-broker/record-scenarios.ts'
import { coordinatorsAreReady, missingFor, playOn, type Scenario } from './dev-broker/stage.ts'
import { runTools } from './dev-broker/tools.ts'
import { transactionScenarios } from './dev-broker/transaction-scenarios.ts'

const scenarios: Readonly<Record<string, Scenario>> = {
  ...recordScenarios,
  ...groupScenarios,
  ...transactionScenarios,
  ...adminScenarios,
}

const skip = await withoutApacheKafka()

/** Scenarios of one client at the same time: most of them wait. */
const together = 4

describe('The development broker and Apache Kafka are the same to', { skip, concurrency: true }, () => {
  let broker: BrokerProcess
  let folder: string
  let java: JavaDriver
  let real: string
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'clients-agree-'))
    // A process of its own: the clients keep this one busy
    ;[broker, java, { bootstrap: real }] = await Promise.all([startBrokerProcess(folder), startJavaDriver(), kafka()])
    await coordinatorsAreReady(real)
  })
  after(async () => {
    await java.close()
    await broker.kill()
    const said = broker.output()
    rmSync(folder, { recursive: true, force: true })
    assert.match(said, /^port \d+\n$/, 'the development broker has nothing to complain of')
  })

  test("Apache Kafka's command line tools", { timeout: 480_000 }, async (t) => {
    const mine = await runTools(java, broker.bootstrap, folder)
    assert.deepEqual(mine, await runTools(java, real, folder, mine))
    t.diagnostic(`Apache Kafka's tools: ${mine.length} calls the same on both brokers`)
    if (process.env['SHOW']) console.log(mine)
  })

  test('the Java client says clearly that the development broker has no groups of KIP-848', {
    timeout: 180_000,
  }, async () => {
    const client = java.client(broker.bootstrap)
    await client.createTopic!('new-protocol')
    await client.produce!('new-protocol', [{ value: 'x' }])
    await assert.rejects(
      java.readWithNewProtocol(broker.bootstrap, 'new-group', 'new-protocol'),
      /group\.protocol=classic/,
    )
  })

  const clients: Readonly<Record<string, (bootstrap: string) => SomeClient>> = {
    kafkajs: kafkajsClient,
    '@platformatic/kafka': platformaticClient,
    'kcat (librdkafka)': kcatClient,
    'the Java client': (bootstrap) => java.client(bootstrap),
  }
  for (const [name, open] of Object.entries(clients)) {
    test(name, { timeout: 480_000, concurrency: together }, async (t) => {
      if (open === kcatClient && !(await hasProgram('kcat', '-V'))) return t.skip('there is no kcat on PATH')
      const ours = open(broker.bootstrap)
      const theirs = open(real)
      t.after(() => Promise.all([ours.close(), theirs.close()]))
      const can = Object.entries(scenarios).filter(([, scenario]) => missingFor(scenario, ours).length === 0)
      const cannot = Object.entries(scenarios).filter(([, scenario]) => missingFor(scenario, ours).length > 0)
      let compared = 0
      const runs = can.map(([title, scenario]) =>
        t.test(title, { timeout: 180_000 }, async () => {
          const [mine, reference] = await Promise.all([
            playOn(broker.bootstrap, ours, scenario),
            playOn(real, theirs, scenario),
          ])
          assert.deepEqual(mine, reference)
          compared += mine.length
          if (process.env['SHOW']) console.log(`${name}, ${title}: ${JSON.stringify(mine).slice(0, 3000)}`)
        }),
      )
      await Promise.all(runs)
      const left = cannot.map(([title, scenario]) => `${title} (${missingFor(scenario, ours).join(', ')})`)
      t.diagnostic(
        `${name}: ${can.length} of ${Object.keys(scenarios).length} scenarios, ${compared} results the same from both brokers`,
      )
      if (left.length > 0) t.diagnostic(`${name} cannot: ${left.join('; ')}`)
    })
  }
})
