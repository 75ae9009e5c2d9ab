import { errorCode, kafkaError } from '../../protocol/error-codes.ts'
import type { RequestOf } from '../../protocol/message.ts'
import { produce } from '../../protocol/messages/produce.ts'
import { ProtocolError } from '../../protocol/protocol-error.ts'
import { batchAttributes, batchLayout } from '../../protocol/record-batch-layout.ts'
import type { Broker } from '../broker.ts'
import { BrokerError, noError } from '../broker-error.ts'
import { type Handle, handler } from '../handler.ts'
import { headerSize, readBatchHeader } from '../log/batch-header.ts'
import type { PartitionLog } from '../log/partition-log.ts'

type Request = RequestOf<typeof produce>

/** From this version on, the first batch takes its partition into the transaction. */
const addsPartitionsFrom = 12
const topicIdsFrom = 13
const zstdFrom = 7
const zstd = 4

const handle: Handle<typeof produce> = (request, { broker, version }) => {
  const { acks, transactionalId } = request
  if (acks !== 0 && acks !== 1 && acks !== -1) return refuseAll(request, new BrokerError('INVALID_REQUIRED_ACKS'))
  const written = new Set<PartitionLog>()
  let failed = false
  const append = (log: PartitionLog | undefined, records: Buffer | null, index: number) => {
    let reached: PartitionLog | undefined
    try {
      if (log === undefined)
        throw new BrokerError(version >= topicIdsFrom ? 'UNKNOWN_TOPIC_ID' : 'UNKNOWN_TOPIC_OR_PARTITION')
      if (records === null) throw new BrokerError('INVALID_RECORD', 'There are no records')
      if (version < zstdFrom && isZstd(records)) throw new BrokerError('UNSUPPORTED_COMPRESSION_TYPE')
      checkTransaction(broker, log, records, transactionalId, version)
      reached = log
      const { baseOffset, logAppendTime } = log.append(records)
      written.add(log)
      return { index, errorCode: noError, baseOffset, logAppendTimeMs: logAppendTime, logStartOffset: log.startOffset }
    } catch (error) {
      failed = true
      return refused(index, error, broker, reached)
    }
  }
  const responses = request.topicData.map(({ name, topicId, partitionData }) => {
    const topic = version >= topicIdsFrom ? broker.topics.byId(topicId) : broker.topics.get(name)
    return {
      name,
      topicId,
      partitionResponses: partitionData.map(({ index, records }) => append(topic?.partitions[index], records, index)),
    }
  })
  if (acks === 0) {
    // Without an answer, the closed connection is what tells the client.
    if (failed) throw new ProtocolError('A produce request with acks=0 could not be carried out')
    return undefined
  }
  const flushes = [...written].map((log) => log.flush()).filter((flush) => flush !== undefined)
  return flushes.length === 0 ? { responses } : Promise.all(flushes).then(() => ({ responses }))
}

const isZstd = (records: Buffer): boolean =>
  records.length >= headerSize && (records.readInt16BE(batchLayout.attributes) & batchAttributes.compression) === zstd

const checkTransaction = (
  { transactions }: Broker,
  log: PartitionLog,
  records: Buffer,
  transactionalId: string | null,
  version: number,
): void => {
  if (records.length < headerSize) return // append says what is wrong with it
  const batch = readBatchHeader(records)
  if (!batch.isTransactional) return
  if (transactionalId === null) throw new BrokerError('INVALID_TXN_STATE')
  transactions.checkWrite(transactionalId, batch, log, version >= addsPartitionsFrom)
}

const refused = (index: number, error: unknown, broker: Broker, log: PartitionLog | undefined) => {
  const code = error instanceof BrokerError ? error.code : storageProblem(error, broker)
  const errorMessage = error instanceof Error && error.message !== kafkaError(code).name ? error.message : null
  const recordIndex = error instanceof BrokerError ? error.recordIndex : undefined
  const recordErrors =
    recordIndex === undefined ? [] : [{ batchIndex: recordIndex, batchIndexErrorMessage: errorMessage }]
  const logStartOffset = recordErrors.length > 0 || foundByProducer.has(code) ? log?.startOffset : -1
  return { index, errorCode: code, baseOffset: -1, errorMessage, recordErrors, logStartOffset }
}

/** Errors that Kafka answers with the start of the log. */
const foundByProducer: ReadonlySet<number> = new Set(
  ['OUT_OF_ORDER_SEQUENCE_NUMBER', 'INVALID_PRODUCER_EPOCH'].map(errorCode),
)

const refuseAll = ({ topicData }: Request, error: BrokerError) => ({
  responses: topicData.map(({ name, topicId, partitionData }) => ({
    name,
    topicId,
    partitionResponses: partitionData.map(({ index }) => ({ index, errorCode: error.code, baseOffset: -1 })),
  })),
})

/** The disk is full, or a codec finds damaged records. */
const storageProblem = (error: unknown, broker: Broker): number => {
  if (error instanceof ProtocolError) return new BrokerError('CORRUPT_MESSAGE').code
  broker.log(`Records could not be stored: ${error instanceof Error ? (error.stack ?? error.message) : error}`)
  return new BrokerError('KAFKA_STORAGE_ERROR').code
}

/** A compacted topic takes no record without a key: there, and only there, records are looked at. */
const readsRecords = ({ topicData }: Request, { topics }: Broker): boolean =>
  topicData.some(({ name, topicId }) => (topics.get(name) ?? topics.byId(topicId))?.partitions[0]?.settings.compacts)

export const produceHandler = handler(produce, (request, context) => {
  const { broker } = context
  if (broker.codecs.isLoaded || !readsRecords(request, broker)) return handle(request, context)
  return broker.codecs.load().then(() => handle(request, context))
})
