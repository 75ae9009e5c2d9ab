import { errorCode } from '../../protocol/error-codes.ts'
import { findCoordinator } from '../../protocol/messages/find-coordinator.ts'
import { nodeId } from '../broker.ts'
import { noError } from '../broker-error.ts'
import { handler } from '../handler.ts'

const keyTypes: readonly number[] = [0, 1] // group, transactional id

/** It is always us. */
export const findCoordinatorHandler = handler(findCoordinator, (request, { broker, version, connection }) => {
  const isKnown = keyTypes.includes(request.keyType)
  const found = isKnown
    ? { nodeId, ...broker.endpointFor(connection), errorCode: noError, errorMessage: null }
    : { nodeId: -1, host: '', port: -1, errorCode: errorCode('INVALID_REQUEST'), errorMessage: 'Unknown key type' }
  if (version < 4) return found
  return { coordinators: request.coordinatorKeys.map((key) => ({ key, ...found })) }
})
