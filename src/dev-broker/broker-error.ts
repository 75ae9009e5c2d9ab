import { errorCode } from '../protocol/error-codes.ts'

/** The answer to a request, or to one part of it, is this error of the protocol. The connection goes on. */
export class BrokerError extends Error {
  override readonly name = 'BrokerError'
  /** As the protocol has it, for example 3 for UNKNOWN_TOPIC_OR_PARTITION. */
  readonly code: number
  /** Which record of a batch is at fault, counted from 0. */
  readonly recordIndex: number | undefined

  /** @param code the error as Kafka spells it */
  constructor(code: string, message: string = code, recordIndex?: number) {
    super(message)
    this.code = errorCode(code)
    this.recordIndex = recordIndex
  }
}

export const noError = 0

/** The code of what `work` throws, 0 when it does not. Anything but a BrokerError is a defect and goes on. */
export const codeOf = (work: () => void): number => {
  try {
    work()
    return noError
  } catch (error) {
    if (error instanceof BrokerError) return error.code
    throw error
  }
}
