import { closeSync, openSync, readFileSync, rmSync, truncateSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { parseOrThrow } from '../src/config/parse.ts'
import { fileSink } from '../src/connectors/file/file-sink.ts'
import { jsonConverter } from '../src/converters/json.ts'
import { stringConverter } from '../src/converters/string.ts'
import { FetchPartition } from '../src/kafka/fetch-partition.ts'
import type { FetchedRecord } from '../src/kafka/fetched-record.ts'
import type { Converter } from '../src/plugin/converter.ts'
import type { SinkRecord } from '../src/plugin/record.ts'
import { compressionNames, loadCodec } from '../src/protocol/compression.ts'
import { decodeResponseBody, encodeResponseBody } from '../src/protocol/message.ts'
import { fetch } from '../src/protocol/messages/fetch.ts'
import { Reader } from '../src/protocol/reader.ts'
import { RecordBatchBuilder } from '../src/protocol/record-batch-builder.ts'
import { readBatches } from '../src/protocol/record-batch-reader.ts'
import { BatchRecordCursor } from '../src/protocol/record-cursor.ts'
import { Writer } from '../src/protocol/writer.ts'
import { type ConsumedRecord, createDeserialize } from '../src/runtime/deserialize.ts'
import { createTolerance } from '../src/runtime/tolerance.ts'
import { openSink } from '../test/helpers/fake-context.ts'
import { structLines, textLines } from './input-files.ts'
import { NO_LOG, NO_TOLERANCE, RECORDS, type Stage, type Stages, TOPIC } from './profile-stage.ts'

const FETCH_VERSION = 12
/** `max.poll.records` */
const POLL_RECORDS = 500
/** What a client of Apache's makes when its batch.size is not set. */
const BATCH_BYTES = 16 * 1024

/** From a fetch response to lines in a file. */
export const sinkStages = async (folder: string): Promise<Stages> => {
  const lines = linesOf(textLines(folder, RECORDS, 85).path)
  const structs = linesOf(structLines(folder, RECORDS).path)
  const lineBytes = lines[0]!.length
  const structBytes = structs[0]!.length
  const text = stringConverter.create!(parseOrThrow(stringConverter.config, {}), 'value')
  const json = jsonConverter.create!(parseOrThrow(jsonConverter.config, { 'converter.type': 'value' }), 'value')
  const responses = responsesOf(lines)
  const structResponses = responsesOf(structs)
  const polls = await pollsOf(responses)
  const structPolls = await pollsOf(structResponses)
  const deserializeText = deserializer(text)
  const deserializeJson = deserializer(json)
  const records = await deserializeText(polls[0]!)
  const structRecords = await deserializeJson(structPolls[0]!)
  const output = join(folder, 'output.txt')
  const sink = await openSink(fileSink, { file: output, 'file.fsync': 'false' })
  /** Polls, deserializes and puts in turns, as a task does. */
  const wholeWay = async (from: readonly Buffer[], deserialize: Deserialize): Promise<number> => {
    const count = await pollEach(from, async (polled) => sink.task.put(await deserialize(polled)))
    await sink.task.flush?.(new Map())
    truncateSync(output)
    return count
  }
  const putAgain = async (again: readonly SinkRecord[]): Promise<number> => {
    const count = await repeat(again, (each) => sink.task.put(each))
    await sink.task.flush?.(new Map())
    truncateSync(output)
    return count
  }
  const codecs = await Promise.all(compressionNames.filter((name) => name !== 'none').map((name) => loadCodec(name)))
  const plain = Buffer.from(lines.slice(0, 2000).join('\n'))

  const stages: Stage[] = [
    { name: 'fetch response', bytes: lineBytes, run: () => decodeAll(responses) },
    { name: 'reading batches: checksum and text', bytes: lineBytes, run: () => readAll(responses) },
    {
      name: 'records of a partition (FetchPartition)',
      bytes: lineBytes,
      run: () => pollEach(responses, () => undefined),
    },
    ...codecs.map((codec) => {
      const compressed = codec.compress(plain)
      return {
        name: `decompression: ${codec.name}`,
        bytes: lineBytes + 1,
        run: () => {
          for (let time = 0; time < 10; time++) codec.decompress(compressed, 1e9)
          return 20_000
        },
      }
    }),
    { name: 'StringConverter', bytes: lineBytes, run: () => repeat(polls[0]!, (each) => convert(each, text)) },
    {
      name: 'JsonConverter with schemas',
      bytes: structBytes,
      run: () => repeat(structPolls[0]!, (each) => convert(each, json)),
    },
    {
      name: 'sink records: text (deserialize)',
      bytes: lineBytes,
      run: () => repeat(polls[0]!, deserializeText),
    },
    {
      name: 'sink records: JSON (deserialize)',
      bytes: structBytes,
      run: () => repeat(structPolls[0]!, deserializeJson),
    },
    {
      name: 'file sink, put: text',
      bytes: lineBytes,
      limit: 'writing the file in large pieces',
      run: () => putAgain(records),
    },
    {
      name: 'file sink, put: structs',
      bytes: structBytes,
      limit: 'writing the file in large pieces',
      run: () => putAgain(structRecords),
    },
    {
      name: 'whole way: text, from response to file',
      bytes: lineBytes,
      limit: 'writing the file in large pieces',
      run: () => wholeWay(responses, deserializeText),
    },
    {
      name: 'whole way: JSON to structs',
      bytes: structBytes,
      limit: 'writing the file in large pieces',
      run: () => wholeWay(structResponses, deserializeJson),
    },
    {
      name: 'writing the file in large pieces',
      bytes: lineBytes + 1,
      run: () => writeWhole(join(folder, 'limit.txt'), plain, 2000),
    },
  ]
  return {
    stages,
    async close() {
      await sink.stop()
      rmSync(output, { force: true })
    },
  }
}

const linesOf = (path: string): string[] => readFileSync(path, 'utf8').trimEnd().split('\n')

/** Fetch responses as the broker sends them: at most 1 MB of batches each. */
const responsesOf = (values: readonly string[]): Buffer[] => {
  const responses: Buffer[] = []
  const builder = new RecordBatchBuilder()
  let batches: Buffer[] = []
  let offset = 0
  const endBatch = (): void => {
    const batch = Buffer.from(builder.finish())
    batch.writeBigInt64BE(BigInt(offset), 0)
    offset += builder.recordCount
    batches.push(batch)
    builder.reset()
    if (batches.length >= 64) endResponse()
  }
  const endResponse = (): void => {
    if (batches.length > 0) responses.push(fetchResponse(Buffer.concat(batches)))
    batches = []
  }
  for (const value of values) {
    if (builder.append(1_700_000_000_000, null, value, [], BATCH_BYTES) > 0) continue
    endBatch()
    builder.append(1_700_000_000_000, null, value, [], BATCH_BYTES)
  }
  endBatch()
  endResponse()
  return responses
}

const fetchResponse = (records: Buffer): Buffer => {
  const writer = new Writer(records.length + 1024)
  const partition = { partitionIndex: 0, errorCode: 0, highWatermark: 1, abortedTransactions: null, records }
  const responses = [{ topic: TOPIC, partitions: [{ ...partition, preferredReadReplica: -1 }] }]
  encodeResponseBody(fetch, FETCH_VERSION, { throttleTimeMs: 0, errorCode: 0, sessionId: 0, responses }, writer)
  return Buffer.from(writer.written())
}

const recordsIn = (response: Buffer): Buffer | null =>
  decodeResponseBody(fetch, FETCH_VERSION, new Reader(response)).responses[0]!.partitions[0]!.records

const decodeAll = (responses: readonly Buffer[]): number => {
  for (const response of responses) recordsIn(response)
  return RECORDS
}

const readAll = (responses: readonly Buffer[]): number => {
  let count = 0
  for (const response of responses) {
    for (const batch of readBatches(recordsIn(response))) {
      const cursor = batch.records()
      if (!(cursor instanceof BatchRecordCursor)) throw new Error('Not a batch of the present format')
      for (; cursor.next(); count++) cursor.texts.read(cursor.valueStart, cursor.valueLength)
    }
  }
  return count
}

/** Hands over what each poll gives; the next response is taken in when the one before is used up. */
const pollEach = async (
  responses: readonly Buffer[],
  work: (polled: readonly FetchedRecord[]) => unknown,
): Promise<number> => {
  const partition = new FetchPartition(TOPIC, 0)
  partition.seek(0)
  let count = 0
  for (const response of responses) {
    partition.add(recordsIn(response), {})
    for (;;) {
      const polled: FetchedRecord[] = []
      if (partition.take(POLL_RECORDS, polled) === 0) break
      count += polled.length
      await work(polled)
      partition.release()
    }
  }
  return count
}

const pollsOf = async (responses: readonly Buffer[]): Promise<(readonly FetchedRecord[])[]> => {
  const polls: (readonly FetchedRecord[])[] = []
  await pollEach(responses.slice(0, 1), (polled) => polls.push(polled))
  return polls
}

/** The same poll as often as it takes to come to about all records. */
const repeat = async <T>(poll: readonly T[], work: (poll: readonly T[]) => unknown): Promise<number> => {
  const times = Math.ceil(RECORDS / poll.length)
  for (let time = 0; time < times; time++) await work(poll)
  return times * poll.length
}

const convert = (fetched: readonly FetchedRecord[], converter: Converter): void => {
  // As the sink's task asks: for text, or for bytes that are looked at once.
  for (const record of fetched) {
    if (converter.toConnectText === undefined) converter.toConnect(TOPIC, record.briefValue!())
    else converter.toConnectText(TOPIC, record.valueText!())
  }
}

type Deserialize = (polled: readonly FetchedRecord[]) => Promise<SinkRecord[]>

const deserializer = (value: Converter): Deserialize => {
  const text = stringConverter.create!(parseOrThrow(stringConverter.config, {}), 'key')
  const { signal } = new AbortController()
  return createDeserialize({
    chain: null,
    key: text,
    value,
    header: { fromConnectHeader: () => null, toConnectHeader: () => ({ schema: null, value: null }) },
    classNames: { key: '', value: '', header: '' },
    tolerance: createTolerance<ConsumedRecord>({ settings: NO_TOLERANCE, reporters: [], log: NO_LOG, signal }),
  })
}

const writeWhole = (path: string, piece: Buffer, lines: number): number => {
  const file = openSync(path, 'w')
  let written = 0
  for (; written < RECORDS; written += lines) writeSync(file, piece)
  closeSync(file)
  return written
}
