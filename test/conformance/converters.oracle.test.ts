/** Runs every recorded converter case of the oracle. A case that is not the same must be named in docs/differences.md. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { RawConfig } from '../../src/config/define.ts'
import { parseOrThrow } from '../../src/config/parse.ts'
import { booleanConverter } from '../../src/converters/boolean.ts'
import { byteArrayConverter } from '../../src/converters/byte-array.ts'
import { jsonConverter } from '../../src/converters/json.ts'
import { JsonParser } from '../../src/converters/json-parser.ts'
import {
  doubleConverter,
  floatConverter,
  integerConverter,
  longConverter,
  shortConverter,
} from '../../src/converters/number.ts'
import { simpleHeaderConverter } from '../../src/converters/simple-header.ts'
import { stringConverter } from '../../src/converters/string.ts'
import { javaError } from '../../src/data/java-error.ts'
import { decimalToDouble } from '../../src/data/java-text.ts'
import type { Schema, SchemaAndValue } from '../../src/data/schema.ts'
import { decodeSide } from '../../src/data/tagged-json-read.ts'
import { encodeSide } from '../../src/data/tagged-json-write.ts'
import { Decimal, isPlainObject } from '../../src/data/values.ts'
import type { ConverterDefinition, ConverterRole } from '../../src/plugin/converter.ts'
import { jvmClassOf } from '../../src/plugin/errors.ts'
import { sameBytes } from '../differential/compare-text.ts'
import { serialise } from '../helpers/serialise.ts'
import { oracleCases } from './oracle-dir.ts'

interface OracleError {
  readonly phase: 'config' | 'convert'
  readonly class: string
  readonly message: string
}

interface ConverterCase {
  readonly name: string
  readonly converter: string
  readonly role: ConverterRole
  readonly config: RawConfig
  readonly op: 'fromConnect' | 'toConnect'
  readonly schema?: unknown
  readonly value?: unknown
  readonly bytes?: string | null
  readonly bytesText?: string
  readonly result?: { readonly schema: unknown; readonly value: unknown }
  readonly error?: OracleError
}

const DEFINITIONS: readonly ConverterDefinition[] = [
  stringConverter,
  byteArrayConverter,
  booleanConverter,
  shortConverter,
  integerConverter,
  longConverter,
  floatConverter,
  doubleConverter,
  jsonConverter,
  simpleHeaderConverter,
]

type Outcome = { readonly bytes: Buffer | null } | { readonly result: SchemaAndValue } | { readonly error: OracleError }

interface Sides {
  from(schema: Schema | null, value: unknown): Uint8Array | string | null
  to(bytes: Buffer | null): SchemaAndValue | null
}

const open = ({ converter, role, config }: ConverterCase): Sides => {
  const definition = DEFINITIONS.find(({ className }) => className === converter)
  assert.ok(definition, `no converter ${converter}`)
  const settings = parseOrThrow(definition.config, config)
  if (role === 'header') {
    const headers = definition.createHeader?.(settings)
    assert.ok(headers, `${converter} does not do headers`)
    return {
      from: (schema, value) => headers.fromConnectHeader('topic', 'header', schema, value),
      to: (bytes) => headers.toConnectHeader('topic', 'header', bytes),
    }
  }
  const values = definition.create?.(settings, role)
  assert.ok(values, `${converter} does not do ${role}s`)
  return {
    from: (schema, value) => serialise(values, schema, value),
    to: (bytes) => values.toConnect('topic', bytes),
  }
}

/** The recorder's UTF-8 output spoiled half surrogate pairs; every such case has U+D800 where a question mark is left. */
const unspoiled = (recorded: ConverterCase): unknown =>
  recorded.name.includes('lone.surrogate') && typeof recorded.value === 'string'
    ? recorded.value.replace('?', '\ud800')
    : recorded.value

const bytesOf = ({ bytes }: ConverterCase): Buffer | null =>
  typeof bytes === 'string' ? Buffer.from(bytes, 'base64') : null

const failed = (phase: OracleError['phase'], error: unknown): Outcome => ({
  error: { phase, class: jvmClassOf(error), message: error instanceof Error ? error.message : String(error) },
})

const run = (recorded: ConverterCase): Outcome => {
  let sides: Sides
  try {
    sides = open(recorded)
  } catch (error) {
    return failed('config', error)
  }
  try {
    if (recorded.op === 'toConnect') {
      const result = sides.to(bytesOf(recorded))
      // The worker takes it for a header of nothing; the recorder, which asked for its schema, stumbled
      if (result === null) throw javaError('java.lang.NullPointerException', 'the converter returns null')
      return { result }
    }
    const { schema, value } = decodeSide({ schema: recorded.schema, value: unspoiled(recorded) })
    const written = sides.from(schema, value)
    return { bytes: written === null ? null : Buffer.from(written as string) }
  } catch (error) {
    return failed('convert', error)
  }
}

const JVM_ACCIDENTS = ['java.lang.NullPointerException', 'java.lang.ClassCastException']

const sameError = (expected: OracleError, actual: OracleError): boolean =>
  expected.phase === actual.phase &&
  (JVM_ACCIDENTS.includes(expected.class) ||
    (expected.class === actual.class && recordedText(expected.message) === recordedText(actual.message)))

/** Byte buffers are byte arrays here, as docs/differences.md says. */
const recordedText = (message: string): string => message.replaceAll('java.nio.HeapByteBuffer', '[B')

/** JSON without the order of keys; numbers with a fraction as doubles (Java 17 does not always print the shortest). */
const canonicalJson = (text: string): string => {
  const canonical = (node: unknown): unknown => {
    if (node instanceof Decimal) return decimalToDouble(node)
    if (typeof node === 'bigint') return `${node}n`
    if (Array.isArray(node)) return node.map(canonical)
    if (!isPlainObject(node)) return node
    return Object.keys(node)
      .sort()
      .map((key) => [key, canonical(node[key])])
  }
  return JSON.stringify(canonical(new JsonParser(text, false).parse()))
}

const hasMapOrDouble = (recorded: ConverterCase): boolean => {
  const schema = JSON.stringify(recorded.schema)
  return recorded.schema === null || /"type":"(?:map|float|double)"/.test(schema)
}

/** Maps come in Java's hash order: their text is compared by its characters. */
const sameText = (recorded: ConverterCase, expected: Buffer, actual: Buffer): boolean => {
  if (expected.equals(actual)) return true
  // Numbers by their value, byte arrays without their place in memory
  if (sameBytes(expected.toString('base64'), actual.toString('base64'))) return true
  if (!hasMapOrDouble(recorded)) return false
  if (recorded.converter.endsWith('JsonConverter')) {
    return canonicalJson(expected.toString()) === canonicalJson(actual.toString())
  }
  return [...expected.toString()].sort().join('') === [...actual.toString()].sort().join('')
}

const same = (recorded: ConverterCase, actual: Outcome): boolean => {
  if (recorded.error !== undefined) return 'error' in actual && sameError(recorded.error, actual.error)
  if (recorded.op === 'toConnect') {
    if (!('result' in actual) || recorded.result === undefined) return false
    return JSON.stringify(encodeSide(decodeSide(recorded.result))) === JSON.stringify(encodeSide(actual.result))
  }
  if (!('bytes' in actual)) return false
  const expected = bytesOf(recorded)
  if (expected === null || actual.bytes === null) return expected === actual.bytes
  return sameText(recorded, expected, actual.bytes)
}

const describe = (outcome: Outcome): string => {
  if ('bytes' in outcome)
    return outcome.bytes === null ? 'null bytes' : `bytes ${JSON.stringify(outcome.bytes.toString())}`
  return JSON.stringify('result' in outcome ? encodeSide(outcome.result) : outcome.error)
}

const describeExpected = (recorded: ConverterCase): string =>
  JSON.stringify(
    recorded.error ??
      (recorded.result === undefined
        ? (recorded.bytesText ?? recorded.bytes)
        : encodeSide(decodeSide(recorded.result))),
  )

/** Cases that docs/differences.md names between backticks. */
const documented = (name: string): boolean => {
  const file = new URL('../../docs/differences.md', import.meta.url)
  return existsSync(file) && readFileSync(file, 'utf8').includes(`\`${name}\``)
}

const cases = oracleCases<ConverterCase>('converters')

test(`${cases.length} recorded converter cases give what the JVM gave`, async (t) => {
  for (const recorded of cases) {
    await t.test(recorded.name, () => {
      const actual = run(recorded)
      const isSame = same(recorded, actual)
      if (documented(recorded.name)) {
        assert.ok(!isSame, 'docs/differences.md calls it different, but it is the same')
        return
      }
      assert.ok(isSame, `\nexpected ${describeExpected(recorded)}\nactual   ${describe(actual)}`)
    })
  }
})
