import { cpus, release, totalmem, type } from 'node:os'
import { KAFKA_VERSION } from '../test/helpers/kafka-libs.ts'
import { runProgram } from '../test/helpers/processes.ts'

/** What the figures were measured on and with. */
export interface Machine {
  readonly processor: string
  readonly cores: number
  readonly memoryMb: number
  readonly system: string
  readonly node: string
  readonly java: string
  readonly kafka: string
}

export const describeMachine = async (): Promise<Machine> => {
  const { stdout, stderr } = await runProgram('java', ['-version'])
  return {
    processor: cpus()[0]?.model.trim() || 'unknown',
    cores: cpus().length,
    memoryMb: Math.round(totalmem() / 1e6),
    system: `${type()} ${release().replace(/-.*/, '')}`,
    node: process.version.slice(1),
    java: /version "([^"]+)"/.exec(stdout + stderr)?.[1] ?? 'unknown',
    kafka: KAFKA_VERSION,
  }
}

export const machineLine = ({ processor, cores, memoryMb, system, node, java, kafka }: Machine): string =>
  `${cores} cores (${processor}), ${(memoryMb / 1000).toFixed(1)} GB memory, ${system}; ` +
  `Node.js ${node}, Java ${java}, Apache Kafka ${kafka}`
