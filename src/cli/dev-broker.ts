/** `--dev`: the development broker inside the worker's process. */
import { existsSync } from 'node:fs'
import type { DevBroker } from '../dev-broker/start-broker.ts'
import type { Logger } from '../plugin/logger.ts'
import { addressText, type BrokerAddress } from './broker-address.ts'
import { startBroker } from './broker-start.ts'
import { byteSizeText } from './byte-size.ts'
import { devAddress } from './dev-servers.ts'
import type { LoadedWorker } from './load-worker.ts'

export interface DevOptions {
  /** Undefined: where the worker's file looks for a broker on this machine, or 127.0.0.1:9092. */
  readonly address: BrokerAddress | undefined
  /** Undefined: beside the file of offsets. */
  readonly dataDir: string | undefined
  /** Most bytes of records, which then are kept in memory only. Undefined: they are kept in the folder. */
  readonly memoryBytes: number | undefined
}

/**
 * Records stay with the offsets of the sources that they came from: a broker that forgot them beside sources that know
 * they are done would leave sinks without a record, and nobody would know why.
 */
export const devDataDir = (offsetFile: string): string => `${offsetFile}.dev-broker`

/** @throws ExitError that tells what is in the way and what to do */
export const startDev = async (worker: LoadedWorker, options: DevOptions, log: Logger): Promise<DevBroker> => {
  const offsetFile = worker.settings['offset.storage.file.filename']
  const { memoryBytes } = options
  const dataDir = memoryBytes === undefined ? (options.dataDir ?? devDataDir(offsetFile)) : undefined
  if (dataDir === undefined && existsSync(offsetFile)) {
    log.warn(
      `The broker's topics are empty (--dev-memory), but ${offsetFile} holds how far sources were: they go on from there`,
    )
  }
  const broker = await startBroker(
    devAddress(worker.raw, options.address),
    {
      log: (message) => log.warn(message),
      keepMembers: false, // this worker's tasks, which are gone when it starts
      ...(dataDir === undefined ? {} : { dataDir }),
      ...(memoryBytes === undefined ? {} : { maxMemoryBytes: memoryBytes }),
    },
    ADVICE,
  )
  const keeps = dataDir === undefined ? `memory (at most ${byteSizeText(memoryBytes!)})` : dataDir
  log.info(`Development broker listens on ${addressText(broker)}, data in ${keeps}`)
  return broker
}

const ADVICE = {
  address:
    "To use the broker that runs there, leave out --dev; else choose another address with --dev HOST:PORT (port 0: any that is free), with bootstrap.servers left out of the worker's file or set to 'embedded'",
  folder: 'Choose another folder with --dev-data-dir, or keep records in memory with --dev-memory',
}
