import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startApacheKafka } from '../helpers/kafka-broker.ts'
import { play, scenarios } from './conformance.ts'
import { playRestart } from './group-restart.ts'

/** Writes down what Apache Kafka answers: `node --import tsx test/dev-broker/record-conformance.ts`, then `npx biome check --write`. */
const folder = join(dirname(fileURLToPath(import.meta.url)), 'recorded')
const broker = await startApacheKafka()
try {
  mkdirSync(folder, { recursive: true })
  const answers: Record<string, unknown> = {}
  for (const [name, scenario] of Object.entries(scenarios)) {
    try {
      answers[name] = await play(broker.bootstrap, scenario)
    } catch (error) {
      console.error(name, error)
      process.exitCode = 1
    }
  }
  const write = (file: string, what: unknown): void =>
    writeFileSync(join(folder, file), `${JSON.stringify(what, undefined, 1)}\n`)
  write('conformance.json', answers)
  const restart = async (): Promise<void> => {
    await broker.kill()
    await broker.start()
  }
  write('group-restart.json', await playRestart(broker.bootstrap, restart))
} finally {
  await broker.close()
}
