import { errorCode } from '../../protocol/error-codes.ts'
import { initProducerId } from '../../protocol/messages/init-producer-id.ts'
import { BrokerError, noError } from '../broker-error.ts'
import { handler } from '../handler.ts'
import { epochErrorFor } from '../transactions/transactions.ts'

/** transaction.max.timeout.ms of Kafka. */
const maxTimeoutMs = 900_000
const fencedFrom = 4

export const initProducerIdHandler = handler(initProducerId, async (request, { broker, version }) => {
  const { transactionalId, transactionTimeoutMs, producerId, producerEpoch } = request
  const failed = (code: number) => ({
    errorCode: epochErrorFor(code, version, fencedFrom),
    producerId: -1,
    producerEpoch: -1,
  })
  if (transactionalId === '') return failed(errorCode('INVALID_REQUEST'))
  if (producerId < 0 !== producerEpoch < 0) return failed(errorCode('INVALID_REQUEST'))
  try {
    let identity = { producerId: -1, producerEpoch: 0 }
    if (transactionalId === null) identity.producerId = broker.transactions.newProducerId()
    else {
      if (transactionTimeoutMs <= 0 || transactionTimeoutMs > maxTimeoutMs)
        throw new BrokerError('INVALID_TRANSACTION_TIMEOUT')
      identity = broker.transactions.init(transactionalId, transactionTimeoutMs, { producerId, producerEpoch })
    }
    await broker.journal.flush()
    return { errorCode: noError, ...identity }
  } catch (error) {
    if (error instanceof BrokerError) return failed(error.code)
    throw error
  }
})
