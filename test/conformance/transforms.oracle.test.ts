/** Every recorded case of transforms and predicates (test/oracle/README.md) against our chain. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RawConfig } from '../../src/config/define.ts'
import type { Headers } from '../../src/data/headers.ts'
import { decodeSide } from '../../src/data/tagged-json-read.ts'
import { encodeSide } from '../../src/data/tagged-json-write.ts'
import { jvmClassOf } from '../../src/plugin/errors.ts'
import type { ConnectRecord } from '../../src/plugin/record.ts'
import { buildChain } from '../../src/runtime/transform-chain.ts'
import { sameText } from '../differential/compare-text.ts'
import { builtInTransforms } from '../transforms/built-in-transforms.ts'
import { oracleCases } from './oracle-dir.ts'

interface Side {
  readonly schema: unknown
  readonly payload: unknown
}

interface RecordedRecord {
  readonly topic: string
  readonly partition: number | null
  readonly timestamp: number | null
  readonly offset?: number
  readonly key?: Side
  readonly value?: Side
  readonly headers?: readonly (Side & { readonly key: string })[]
}

interface RecordedError {
  readonly phase: 'config' | 'apply'
  readonly class: string
  readonly message: string | null
  readonly causes?: readonly { readonly class: string; readonly message: string | null }[]
}

interface Case {
  readonly name: string
  readonly kind?: 'sink'
  readonly config: RawConfig
  readonly input: RecordedRecord
  readonly output?: RecordedRecord | null
  readonly error?: RecordedError
}

const NULL_SIDE: Side = { schema: null, payload: null }

const decodeRecord = ({ kind, input }: Case): ConnectRecord => {
  const key = decodeSide(input.key ?? NULL_SIDE)
  const value = decodeSide(input.value ?? NULL_SIDE)
  const headers: Headers = (input.headers ?? []).map((header) => ({ key: header.key, ...decodeSide(header) }))
  const { topic, partition, timestamp, offset } = input
  return {
    topic,
    partition: partition ?? null,
    timestamp: timestamp ?? null,
    keySchema: key.schema,
    key: key.value,
    valueSchema: value.schema,
    value: value.value,
    headers,
    ...(kind === 'sink'
      ? {
          offset,
          timestampType: 'CreateTime',
          originalTopic: topic,
          originalPartition: partition,
          originalOffset: offset,
        }
      : { sourcePartition: {}, sourceOffset: {} }),
  }
}

const encodeRecord = (record: ConnectRecord): unknown => ({
  topic: record.topic,
  partition: record.partition,
  timestamp: record.timestamp,
  ...('offset' in record ? { offset: record.offset } : {}),
  key: encodeSide({ schema: record.keySchema, value: record.key }),
  value: encodeSide({ schema: record.valueSchema, value: record.value }),
  headers: record.headers.map(({ key, schema, value }) => ({ key, ...encodeSide({ schema, value }) })),
})

/** What was recorded, in the canonical form of what we encode: key order of maps and schemas does not count. */
const canonical = (recorded: RecordedRecord): unknown => ({
  topic: recorded.topic,
  partition: recorded.partition ?? null,
  timestamp: recorded.timestamp ?? null,
  ...(recorded.offset === undefined ? {} : { offset: recorded.offset }),
  key: encodeSide(decodeSide(recorded.key ?? NULL_SIDE)),
  value: encodeSide(decodeSide(recorded.value ?? NULL_SIDE)),
  headers: (recorded.headers ?? []).map((header) => ({ key: header.key, ...encodeSide(decodeSide(header)) })),
})

/** A message that Java makes up itself is no part of the contract. */
const FREE_TEXT = ['java.lang.NullPointerException', 'java.lang.ClassCastException']

const describe = (jvmClass: string, message: string | null) => ({
  class: jvmClass,
  message: FREE_TEXT.includes(jvmClass) ? '(free)' : message === null ? null : recordedText(message),
})

/** What a case does not tell (a source record's partition, a sink record's kind of timestamp), or memory addresses. */
const recordedText = (message: string): string =>
  message
    .replace(/SourceRecord\{sourcePartition=.*?\} ConnectRecord/, 'SourceRecord{} ConnectRecord')
    .replace(/timestampType=\w+/, 'timestampType=')
    .replace(/(?<=No value specified for static field: ).*/, '')
    .replaceAll('java.nio.HeapByteBuffer', '[B')

const causesOf = (error: unknown): ReturnType<typeof describe>[] => {
  const causes = []
  for (let cause = (error as Error).cause; cause instanceof Error; cause = cause.cause) {
    causes.push(describe(jvmClassOf(cause), cause.message))
  }
  return causes
}

const errorOf = (phase: string, error: unknown): unknown => ({
  phase,
  ...describe(jvmClassOf(error), (error as Error).message),
  causes: causesOf(error),
})

const expectedError = (error: RecordedError): unknown => ({
  phase: error.phase,
  ...describe(error.class, error.message),
  causes: (error.causes ?? []).map((cause) => describe(cause.class, cause.message)),
})

const run = async (recorded: Case): Promise<unknown> => {
  let phase: RecordedError['phase'] = 'config'
  try {
    const chain = await buildChain(recorded.config, builtInTransforms)
    const input = decodeRecord(recorded)
    const before = JSON.stringify(encodeRecord(input))
    phase = 'apply'
    const output = chain === null ? input : chain.apply(input)
    assert.equal(JSON.stringify(encodeRecord(input)), before, 'the input record was changed')
    return { output: output === null ? null : encodeRecord(output) }
  } catch (error) {
    return { error: errorOf(phase, error) }
  }
}

const expected = ({ output, error }: Case): unknown => {
  if (error !== undefined) return { error: expectedError(error) }
  return { output: output === null || output === undefined ? null : canonical(output) }
}

const cases = oracleCases<Case>('transforms')

test(`${cases.length} recorded transform cases give what the JVM gave`, async (t) => {
  t.diagnostic(`${cases.length} cases run`)
  for (const recorded of cases) {
    await t.test(recorded.name, async () => {
      const [actual, wanted] = [await run(recorded), expected(recorded)]
      if (!sameText(JSON.stringify(wanted), JSON.stringify(actual))) assert.deepEqual(actual, wanted)
    })
  }
})
