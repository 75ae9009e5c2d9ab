import type { DevBroker, DevBrokerOptions } from '../dev-broker/start-broker.ts'
import { addressText, type BrokerAddress } from './broker-address.ts'
import { EXIT, ExitError } from './exit-codes.ts'

/** Which options choose another place; in the words of the command that was given. */
export interface BrokerAdvice {
  readonly address: string
  readonly folder: string
}

/** Starts the development broker, loaded only now. @throws ExitError that tells what is in the way and what to do */
export const startBroker = async (
  address: BrokerAddress,
  options: Omit<DevBrokerOptions, 'host' | 'port'>,
  advice: BrokerAdvice,
): Promise<DevBroker> => {
  const { startDevBroker } = await import('../dev-broker/start-broker.ts')
  try {
    return await startDevBroker({ ...options, ...address })
  } catch (error) {
    const reason = explain(error as NodeJS.ErrnoException, address, options.dataDir, advice)
    throw new ExitError(EXIT.worker, `The development broker cannot start: ${reason}`, { cause: error })
  }
}

const explain = (
  error: NodeJS.ErrnoException,
  address: BrokerAddress,
  dataDir: string | undefined,
  advice: BrokerAdvice,
): string => {
  const where = addressText(address)
  if (error.syscall === 'listen' || error.syscall === 'getaddrinfo') {
    if (error.code === 'EADDRINUSE') return `${where} is taken, perhaps by another broker. ${advice.address}`
    const reason = LISTEN_REASONS[error.code ?? '']
    return `it cannot listen on ${where}${reason === undefined ? '' : `, ${reason}`} (${error.code}). ${advice.address}`
  }
  if (dataDir !== undefined) return `${error.message}. ${advice.folder}`
  return error.message
}

const LISTEN_REASONS: Readonly<Record<string, string>> = {
  EACCES: 'which takes more rights',
  EADDRNOTAVAIL: 'which is no address of this machine',
  ENOTFOUND: 'a name that nobody knows',
}
