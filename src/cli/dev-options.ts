import { InvalidArgumentError } from 'commander'
import { type BrokerAddress, parseBrokerAddress } from './broker-address.ts'
import type { DevOptions } from './dev-broker.ts'
import { EXIT, ExitError } from './exit-codes.ts'

/** The options of the command line that begin with `--dev`. */
export interface DevFlags {
  /** `default`: wherever the worker's file says. */
  readonly dev?: BrokerAddress | 'default'
  readonly devDataDir?: string
  readonly devMemory?: number
}

/** The value of `--dev`, which may be missing. @throws InvalidArgumentError */
export const devAddressValue = (value: string): BrokerAddress | 'default' => {
  const address = value === '' ? 'default' : parseBrokerAddress(value)
  if (address !== undefined) return address
  throw new InvalidArgumentError('Accepted: HOST:PORT, :PORT or PORT')
}

/** @returns undefined without `--dev`; @throws ExitError for options that make no sense together */
export const devOptions = ({ dev, devDataDir, devMemory }: DevFlags): DevOptions | undefined => {
  if (dev === undefined) {
    if (devDataDir === undefined && devMemory === undefined) return undefined
    throw new ExitError(EXIT.usage, `${devMemory === undefined ? '--dev-data-dir' : '--dev-memory'} needs --dev`)
  }
  if (devDataDir !== undefined && devMemory !== undefined) {
    throw new ExitError(EXIT.usage, '--dev-data-dir and --dev-memory exclude each other')
  }
  return { address: dev === 'default' ? undefined : dev, dataDir: devDataDir, memoryBytes: devMemory }
}
