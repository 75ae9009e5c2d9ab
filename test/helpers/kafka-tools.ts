import { kafkaClassPath } from './kafka-libs.ts'
import { runProgram } from './processes.ts'

/** Runs one of Apache Kafka's own command line tools, by its class, to its end. @returns its standard output */
export const runKafkaTool = async (
  tool: string,
  args: readonly string[],
  options: { readonly input?: string; readonly timeoutMs?: number } = {},
): Promise<string> => {
  const java = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-cp', await kafkaClassPath(), tool]
  const { code, stdout, stderr } = await runProgram('java', [...java, ...args], { timeoutMs: 180_000, ...options })
  if (code !== 0) throw new Error(`${tool} ${args.join(' ')} ended (${code}):\n${stdout}${stderr}`)
  return stdout
}
