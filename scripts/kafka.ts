// Apache Kafka on this machine for as long as a command runs: `tsx scripts/kafka.ts [--port 9092] [-- command ...]`.
// It is fetched once with Maven into .cache/; needs Java 17. Without a command it runs until Ctrl-C.
import { spawn } from 'node:child_process'
import { parseArgs } from 'node:util'
import type { Broker } from '../test/helpers/broker-program.ts'
import { startApacheKafka } from '../test/helpers/kafka-broker.ts'
import { KAFKA_VERSION, whyNoKafka } from '../test/helpers/kafka-libs.ts'
import { isListening } from '../test/helpers/processes.ts'

const USAGE = 'Usage: tsx scripts/kafka.ts [--port 9092] [--data FOLDER] [-- command ...]'

/** What stands before the command is ours, what comes after it the command's. */
const splitArgs = (args: readonly string[]) => {
  const { values, tokens } = parseArgs({
    args: [...args],
    options: { port: { type: 'string', default: '9092' }, data: { type: 'string' }, help: { type: 'boolean' } },
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
  const command = tokens.find((token) => token.kind === 'positional')
  const own = tokens.filter(
    (token) => token.kind === 'option' && (command === undefined || token.index < command.index),
  )
  for (const token of own) {
    if (token.kind === 'option' && !['port', 'data', 'help'].includes(token.name)) {
      throw new Error(`Unknown option ${token.rawName}. ${USAGE}`)
    }
  }
  return {
    port: Number(values.port),
    data: values.data,
    help: values.help,
    command: command ? args.slice(command.index) : [],
  }
}

const runCommand = (command: readonly string[], broker: Broker): Promise<number> =>
  new Promise((resolve) => {
    const [name = '', ...rest] = command
    const child = spawn(name, rest, { stdio: 'inherit', env: { ...process.env, KAFKA_BOOTSTRAP: broker.bootstrap } })
    // Ctrl-C reaches the command by itself; it decides when it ends
    process.on('SIGINT', () => undefined)
    process.on('SIGTERM', () => child.kill('SIGTERM'))
    child.once('error', (error) => {
      console.error(`${name} cannot be run: ${error.message}`)
      resolve(127)
    })
    child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)))
  })

const untilSignal = (): Promise<number> =>
  new Promise((resolve) => {
    const keepAlive = setInterval(() => undefined, 60_000)
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        clearInterval(keepAlive)
        resolve(0)
      })
    }
  })

const main = async (): Promise<number> => {
  const { port, data, help, command } = splitArgs(process.argv.slice(2))
  if (help === true) {
    console.log(USAGE)
    return 0
  }
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new Error(`--port must be a number from 1 to 65535. ${USAGE}`)
  const problem = await whyNoKafka()
  if (problem !== undefined) throw new Error(`Apache Kafka ${KAFKA_VERSION} cannot be run: ${problem}`)
  if (await isListening(port)) throw new Error(`Port ${port} is in use already. Choose another with --port`)
  console.log(`Starting Apache Kafka ${KAFKA_VERSION} (the first time it is fetched, 55 MB) ...`)
  const dataDir = typeof data === 'string' ? { dataDir: data } : {}
  const broker = await startApacheKafka({ port, jvmOptions: ['-Xmx1g'], ...dataDir })
  console.log(`Apache Kafka ${KAFKA_VERSION} is ready at localhost:${port}`)
  try {
    return command.length === 0 ? await untilSignal() : await runCommand(command, broker)
  } finally {
    await broker.close()
    console.log('Apache Kafka is stopped.')
  }
}

try {
  process.exitCode = await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
