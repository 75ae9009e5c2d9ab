import { addOffsetsToTxn } from '../../protocol/messages/add-offsets-to-txn.ts'
import { codeOf } from '../broker-error.ts'
import { handler } from '../handler.ts'
import { epochErrorFor } from '../transactions/transactions.ts'

const fencedFrom = 2

export const addOffsetsToTxnHandler = handler(addOffsetsToTxn, async (request, { broker, version }) => {
  const code = codeOf(() => broker.transactions.addGroup(request.transactionalId, request, request.groupId))
  await broker.journal.flush()
  return { errorCode: epochErrorFor(code, version, fencedFrom) }
})
