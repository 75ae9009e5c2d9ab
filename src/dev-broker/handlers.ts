import { addOffsetsToTxnHandler } from './apis/add-offsets-to-txn.ts'
import { addPartitionsToTxnHandler } from './apis/add-partitions-to-txn.ts'
import { alterConfigsHandler, incrementalAlterConfigsHandler } from './apis/alter-configs.ts'
import { apiVersionsHandler } from './apis/api-versions.ts'
import { createPartitionsHandler } from './apis/create-partitions.ts'
import { createTopicsHandler } from './apis/create-topics.ts'
import { deleteGroupsHandler } from './apis/delete-groups.ts'
import { deleteRecordsHandler } from './apis/delete-records.ts'
import { deleteTopicsHandler } from './apis/delete-topics.ts'
import { describeClusterHandler } from './apis/describe-cluster.ts'
import { describeConfigsHandler } from './apis/describe-configs.ts'
import { describeGroupsHandler } from './apis/describe-groups.ts'
import { describeTopicPartitionsHandler } from './apis/describe-topic-partitions.ts'
import { endTxnHandler } from './apis/end-txn.ts'
import { fetchHandler } from './apis/fetch.ts'
import { findCoordinatorHandler } from './apis/find-coordinator.ts'
import { heartbeatHandler } from './apis/heartbeat.ts'
import { initProducerIdHandler } from './apis/init-producer-id.ts'
import { joinGroupHandler } from './apis/join-group.ts'
import { leaveGroupHandler } from './apis/leave-group.ts'
import { listGroupsHandler } from './apis/list-groups.ts'
import { listOffsetsHandler } from './apis/list-offsets.ts'
import { metadataHandler } from './apis/metadata.ts'
import { offsetCommitHandler } from './apis/offset-commit.ts'
import { offsetDeleteHandler } from './apis/offset-delete.ts'
import { offsetFetchHandler } from './apis/offset-fetch.ts'
import { offsetForLeaderEpochHandler } from './apis/offset-for-leader-epoch.ts'
import { produceHandler } from './apis/produce.ts'
import { saslAuthenticateHandler, saslHandshakeHandler } from './apis/sasl.ts'
import { syncGroupHandler } from './apis/sync-group.ts'
import { txnOffsetCommitHandler } from './apis/txn-offset-commit.ts'
import type { Handler, Handlers } from './handler.ts'

/** What this broker answers, by api key. */
export const allHandlers = (): Handlers => {
  const handlers = new Map<number, Handler>()
  for (const one of [
    produceHandler,
    fetchHandler,
    listOffsetsHandler,
    metadataHandler,
    offsetCommitHandler,
    offsetFetchHandler,
    findCoordinatorHandler,
    joinGroupHandler,
    heartbeatHandler,
    leaveGroupHandler,
    syncGroupHandler,
    describeGroupsHandler,
    listGroupsHandler,
    saslHandshakeHandler,
    apiVersionsHandler(handlers),
    createTopicsHandler,
    deleteTopicsHandler,
    deleteRecordsHandler,
    initProducerIdHandler,
    offsetForLeaderEpochHandler,
    addPartitionsToTxnHandler,
    addOffsetsToTxnHandler,
    endTxnHandler,
    txnOffsetCommitHandler,
    describeConfigsHandler,
    alterConfigsHandler,
    saslAuthenticateHandler,
    createPartitionsHandler,
    deleteGroupsHandler,
    incrementalAlterConfigsHandler,
    offsetDeleteHandler,
    describeClusterHandler,
    describeTopicPartitionsHandler,
  ]) {
    handlers.set(one.api.key, one)
  }
  return handlers
}
