import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { builtins } from '../src/cli/builtins.ts'
import { parseOrThrow } from '../src/config/parse.ts'
import { fileSource } from '../src/connectors/file/file-source.ts'
import { LineBlock } from '../src/connectors/file/line-block.ts'
import { ChunkPool, LineBuffer } from '../src/connectors/file/line-buffer.ts'
import { jsonConverter } from '../src/converters/json.ts'
import { stringConverter } from '../src/converters/string.ts'
import type { SourceTask } from '../src/plugin/connector.ts'
import type { Converter, ValueWriter } from '../src/plugin/converter.ts'
import { pluginCatalog } from '../src/plugin/find-plugins.ts'
import type { SourceRecord } from '../src/plugin/record.ts'
import type { Polled } from '../src/plugin/text-block.ts'
import { compressionNames, loadCodec } from '../src/protocol/compression.ts'
import { crc32c } from '../src/protocol/crc32c.ts'
import { RecordBatchBuilder } from '../src/protocol/record-batch-builder.ts'
import type { TextFrame } from '../src/protocol/texts.ts'
import type { Chain } from '../src/runtime/deliver-parts.ts'
import { createTextFrames } from '../src/runtime/text-frames.ts'
import { buildChain } from '../src/runtime/transform-chain.ts'
import { openSource } from '../test/helpers/fake-context.ts'
import { textLines } from './input-files.ts'
import { openLoopback } from './loopback.ts'
import { BATCH_BYTES, type Delivery, openDelivery, POLL_RECORDS, produceRequest } from './profile-delivery.ts'
import { LINE_BYTES, RECORDS, type Stage, type Stages, TOPIC } from './profile-stage.ts'
import { JSON_AND_THREE_TRANSFORMS } from './workloads.ts'

const CHUNK_BYTES = 512 * 1024

/** From the bytes of a file to a request on a socket, and the whole way without a broker. */
export const sourceStages = async (folder: string): Promise<Stages> => {
  const input = textLines(folder, RECORDS, LINE_BYTES)
  const content = readFileSync(input.path)
  const raw = { ...JSON_AND_THREE_TRANSFORMS, topic: TOPIC, file: input.path } as Record<string, string>
  /** Polls the whole file; what one poll gave is worked off before the next, as a task does. */
  const pollAll = async <P extends Polled>(
    pollOf: (task: SourceTask) => Promise<P | null>,
    work: (polled: P) => unknown,
  ): Promise<number> => {
    const source = await openSource(fileSource, { topic: TOPIC, file: input.path, 'file.watch': 'false' })
    let count = 0
    while (count < RECORDS) {
      const polled = await pollOf(source.task)
      count += polled?.length ?? 0
      if (polled !== null) await work(polled)
    }
    await source.stop()
    return count
  }
  const records = (task: SourceTask) => task.poll()
  const blocks = (task: SourceTask) => task.pollTexts!()
  const polls: (readonly SourceRecord[])[] = []
  await pollAll(records, (polled) => polls.push(polled))
  const polled = polls[0]!
  const chain = (await buildChain(raw, pluginCatalog(builtins)))!
  const transformed = polled.map((record) => chain.apply(record)!)
  const text = stringConverter.create!(parseOrThrow(stringConverter.config, {}), 'value')
  const json = jsonConverter.create!(parseOrThrow(jsonConverter.config, { 'converter.type': 'value' }), 'value')
  const writerOf = ({ valueSchema, value }: SourceRecord): ValueWriter => json.writerFor!(TOPIC, valueSchema, value)!
  const page = Buffer.alloc(64 * 1024)
  const jsonBytes = writerOf(transformed[0]!).write(page, 0)

  const block = new LineBlock()
  block.cut(content, 0, 0, POLL_RECORDS)
  block.describe(null, 0, (line) => ({ ...polled[0]!, value: line }))
  const frameOf = (value: Converter, transforms: Chain | null): TextFrame =>
    createTextFrames({ chain: transforms, key: text, value })!(block)!.frame
  const builder = new RecordBatchBuilder(BATCH_BYTES + 4096)
  const now = Date.now()
  for (const { value } of polled) builder.append(now, null, value as string, [], BATCH_BYTES)
  const batchRecords = builder.recordCount
  const batch = Buffer.from(builder.finish())
  const codecs = await Promise.all(compressionNames.filter((name) => name !== 'none').map((name) => loadCodec(name)))
  const loopback = await openLoopback()
  const ofText = openDelivery(text, null)
  const ofJson = openDelivery(json, chain)
  const chunk = Buffer.alloc(CHUNK_BYTES)

  const stages: Stage[] = [
    { name: 'reading the file', bytes: LINE_BYTES + 1, run: () => readWhole(input.path, chunk, RECORDS) },
    { name: 'finding line ends', bytes: LINE_BYTES + 1, run: () => countLineEnds(content) },
    {
      name: 'cutting lines (LineBuffer)',
      bytes: LINE_BYTES + 1,
      limit: 'finding line ends',
      run: () => cutLines(content),
    },
    {
      name: 'file source, poll: reading, cutting, records',
      bytes: LINE_BYTES + 1,
      limit: 'finding line ends',
      run: () => pollAll(records, () => undefined),
    },
    {
      name: 'file source, poll: blocks of lines',
      bytes: LINE_BYTES + 1,
      limit: 'finding line ends',
      run: () => pollAll(blocks, () => undefined),
    },
    {
      name: 'transforms: HoistField, InsertField, InsertField',
      bytes: LINE_BYTES,
      run: () => forEach(polled, (record) => chain.apply(record)),
    },
    {
      name: 'copying into a buffer',
      bytes: LINE_BYTES,
      run: () => copyAll(content, chunk),
    },
    {
      name: 'StringConverter',
      bytes: LINE_BYTES,
      run: () => forEach(polled, ({ valueSchema, value }) => text.fromConnect(TOPIC, valueSchema, value)),
    },
    {
      name: 'JsonConverter with schemas, into bytes',
      bytes: jsonBytes,
      run: () => forEach(transformed, (record) => writerOf(record).write(page, 0)),
    },
    {
      name: 'into the batch: text',
      bytes: LINE_BYTES,
      limit: 'copying into a buffer',
      run: () => fill(builder, polled, ({ value }) => value as string),
    },
    {
      name: 'into the batch: JSON, which writes itself',
      bytes: jsonBytes,
      limit: 'copying into a buffer',
      run: () => fillWritten(builder, transformed, writerOf),
    },
    ...[
      { name: 'text', frame: frameOf(text, null), bytes: LINE_BYTES },
      { name: 'JSON', frame: frameOf(json, chain), bytes: jsonBytes },
    ].map(({ name, frame, bytes }) => ({
      name: `into the batch: lines of a block, ${name}`,
      bytes,
      limit: 'copying into a buffer',
      run: () => fillTexts(builder, block, frame),
    })),
    {
      name: 'checksum (CRC-32C)',
      bytes: batch.length / batchRecords,
      run: () => repeat(batchRecords, () => crc32c(batch, 21, batch.length)),
    },
    ...codecs.map((codec) => ({
      name: `compression: ${codec.name}`,
      bytes: batch.length / batchRecords,
      run: () => repeat(batchRecords, () => codec.compress(batch.subarray(61)), 4),
    })),
    {
      name: 'produce request',
      bytes: batch.length / batchRecords,
      run: () => repeat(batchRecords, () => produceRequest(batch)),
    },
    {
      name: 'writing batches to a loopback socket',
      bytes: batch.length / batchRecords,
      run: async () => {
        for (let at = 0; at < RECORDS; at += batchRecords) await loopback.write([batch])
        return Math.ceil(RECORDS / batchRecords) * batchRecords
      },
    },
    {
      name: 'deliver: text, without poll and broker',
      bytes: LINE_BYTES,
      run: () => deliverAll(ofText, polls),
    },
    {
      name: 'deliver: three transforms and JSON, likewise',
      bytes: LINE_BYTES,
      run: () => deliverAll(ofJson, polls),
    },
    ...[
      { name: 'text, from file to request', delivery: ofText },
      { name: 'three transforms and JSON', delivery: ofJson },
    ].flatMap(({ name, delivery }) => [
      wholeWay(`whole way: ${name}`, delivery, () => pollAll(blocks, delivery.deliver)),
      wholeWay(`whole way, record by record: ${name}`, delivery, () => pollAll(records, delivery.deliver)),
    ]),
  ]
  return {
    stages,
    async close() {
      await loopback.close()
      await ofText.close()
      await ofJson.close()
    },
  }
}

const wholeWay = (name: string, delivery: Delivery, pollAll: () => Promise<unknown>): Stage => ({
  name,
  bytes: LINE_BYTES,
  limit: 'writing batches to a loopback socket',
  run: async () => {
    await pollAll()
    return delivery.drain()
  },
})

const readWhole = (path: string, chunk: Buffer, records: number): number => {
  const file = openSync(path, 'r')
  while (readSync(file, chunk) > 0);
  closeSync(file)
  return records
}

const copyAll = (content: Buffer, chunk: Buffer): number => {
  for (let at = 0; at < content.length; at += chunk.length) content.copy(chunk, 0, at)
  return RECORDS
}

const countLineEnds = (content: Buffer): number => {
  let lines = 0
  for (let at = content.indexOf(10); at >= 0; at = content.indexOf(10, at + 1)) lines++
  return lines
}

const cutLines = (content: Buffer): number => {
  const lines = new LineBuffer(new ChunkPool(CHUNK_BYTES))
  let count = 0
  for (let at = 0; at < content.length; ) {
    const room = lines.room()
    const bytes = content.copy(room, 0, at, at + room.length)
    lines.filled(bytes)
    at += bytes
    for (let taken = -1; taken !== 0; ) {
      const records: string[] = []
      lines.take(records, POLL_RECORDS, (line) => line)
      taken = records.length
      count += taken
    }
  }
  return count
}

/** As often as it takes to come to about all records. */
const forEach = <T>(items: readonly T[], work: (item: T) => unknown): number => {
  const times = Math.ceil(RECORDS / items.length)
  for (let time = 0; time < times; time++) for (const item of items) work(item)
  return items.length * times
}

const deliverAll = async (delivery: Delivery, polls: readonly (readonly SourceRecord[])[]): Promise<number> => {
  for (const polled of polls) await delivery.deliver(polled)
  return delivery.drain()
}

const fillTexts = (builder: RecordBatchBuilder, block: LineBlock, frame: TextFrame): number => {
  const times = Math.ceil(RECORDS / block.length)
  for (let time = 0; time < times; time++) {
    for (let at = 0; at < block.length; ) {
      const taken = builder.appendTexts(0, frame, block, at, BATCH_BYTES)
      at += taken
      if (at < block.length) builder.reset()
    }
  }
  return block.length * times
}

const repeat = (records: number, work: () => unknown, times = 16): number => {
  for (let time = 0; time < times; time++) work()
  return records * times
}

const fill = <T>(
  builder: RecordBatchBuilder,
  items: readonly T[],
  textOf: (item: T) => Uint8Array | string | null,
): number => {
  builder.reset()
  return forEach(items, (item) => {
    const value = textOf(item)
    if (builder.append(1_700_000_000_000, null, value, [], BATCH_BYTES) > 0) return
    builder.reset()
    builder.append(1_700_000_000_000, null, value, [], BATCH_BYTES)
  })
}

const fillWritten = <T>(
  builder: RecordBatchBuilder,
  items: readonly T[],
  writerOf: (item: T) => ValueWriter,
): number => {
  builder.reset()
  return forEach(items, (item) => {
    if (builder.appendWritten(1_700_000_000_000, null, writerOf(item), [], BATCH_BYTES) > 0) return
    builder.reset()
    builder.appendWritten(1_700_000_000_000, null, writerOf(item), [], BATCH_BYTES)
  })
}
