import { errorCode } from '../../protocol/error-codes.ts'
import { describeCluster } from '../../protocol/messages/describe-cluster.ts'
import { nodeId } from '../broker.ts'
import { noError } from '../broker-error.ts'
import { handler } from '../handler.ts'
import { allowedOperations, notAsked } from './allowed-operations.ts'

const brokers = 1

export const describeClusterHandler = handler(describeCluster, (request, { broker, connection }) => {
  const { endpointType } = request
  if (endpointType !== brokers) {
    const error = endpointType === 2 ? 'MISMATCHED_ENDPOINT_TYPE' : 'UNSUPPORTED_ENDPOINT_TYPE'
    return { errorCode: errorCode(error), errorMessage: error, clusterId: '', brokers: [] }
  }
  return {
    errorCode: noError,
    errorMessage: null,
    endpointType,
    clusterId: broker.clusterId,
    controllerId: nodeId,
    brokers: [{ brokerId: nodeId, ...broker.endpointFor(connection), rack: null }],
    clusterAuthorizedOperations: request.includeClusterAuthorizedOperations ? allowedOperations.cluster : notAsked,
  }
})
