import { endTxn } from '../../protocol/messages/end-txn.ts'
import { BrokerError, noError } from '../broker-error.ts'
import { handler } from '../handler.ts'
import { epochErrorFor } from '../transactions/transactions.ts'

const fencedFrom = 2
/** From this version on, every transaction has an epoch of its own. */
const bumpsFrom = 5

export const endTxnHandler = handler(endTxn, async (request, { broker, version }) => {
  const { transactionalId, committed } = request
  try {
    const next = broker.transactions.end(transactionalId, request, committed, version >= bumpsFrom)
    await broker.flush()
    return { errorCode: noError, producerId: next.producerId, producerEpoch: next.producerEpoch }
  } catch (error) {
    if (error instanceof BrokerError) return { errorCode: epochErrorFor(error.code, version, fencedFrom) }
    throw error
  }
})
