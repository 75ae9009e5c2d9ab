/** Rows that are written without being made into structs: the same records and the same bytes as with structs. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseOrThrow } from '../../../../src/config/parse.ts'
import type { ResultColumn } from '../../../../src/connectors/jdbc/database.ts'
import { createRecordMaker, type RecordPlan } from '../../../../src/connectors/jdbc/source/record-maker.ts'
import type { SourceSettings } from '../../../../src/connectors/jdbc/source/source-settings.ts'
import { WireRows } from '../../../../src/connectors/jdbc/wire-rows.ts'
import { UTC } from '../../../../src/connectors/jdbc/zone.ts'
import { jsonConverter } from '../../../../src/converters/json.ts'
import { DataError } from '../../../../src/data/errors.ts'
import { plainValue, RowStruct } from '../../../../src/data/row-struct.ts'
import type { Converter } from '../../../../src/plugin/converter.ts'
import type { OffsetFields, SourceRecord } from '../../../../src/plugin/record.ts'
import { FakeLogger } from '../../../helpers/fake-context.ts'
import { seededRandom } from '../../../helpers/seeded-random.ts'
import { serialise } from '../../../helpers/serialise.ts'
import { CASES, column, options, ZONES } from '../postgres-texts.ts'
import { settingsOf } from './settings-of.ts'

type Texts = readonly (string | null)[]

/** Rows as the server sends them, between bytes of others. */
const wireRows = (rows: readonly Texts[]): WireRows => {
  const messages = rows.map((texts) => {
    const values = texts.map((text) => {
      const bytes = Buffer.from(text ?? '')
      const head = Buffer.alloc(4)
      head.writeInt32BE(text === null ? -1 : bytes.length)
      return Buffer.concat([head, bytes])
    })
    const body = Buffer.concat(values)
    const head = Buffer.alloc(7)
    head.write('D')
    head.writeInt32BE(6 + body.length, 1)
    head.writeInt16BE(texts.length, 5)
    return Buffer.concat([head, body])
  })
  const bytes = Buffer.concat([Buffer.from('before'), ...messages, Buffer.from('behind')])
  return new WireRows(bytes, 6, bytes.length - 6)
}

const PLAN: RecordPlan = { topic: 't', schemaName: 's', partition: { table: 's' }, keyColumns: [] }
const SETTINGS = settingsOf({ 'connection.url': 'jdbc:postgresql://localhost/d' })
const ID: ResultColumn = { ...column('bigint', 'int8', 19), name: 'id', nullable: false }

interface Made {
  readonly records: readonly SourceRecord[]
  readonly log: readonly string[]
}

const offsets = {
  needed: [0],
  of: (row: readonly unknown[]): OffsetFields => ({ id: row[0] }),
}

/** The records of these rows, `most` at a time. `look` sees each list before the next is made. */
const make = (
  takesRows: boolean,
  columns: readonly ResultColumn[],
  rows: WireRows,
  settings: SourceSettings,
  look: (records: readonly SourceRecord[]) => void,
  { plan = PLAN, most = 1000 }: { plan?: RecordPlan; most?: number } = {},
): Made => {
  const log = new FakeLogger()
  const maker = createRecordMaker(columns, plan, settings, log, takesRows)
  const all: SourceRecord[] = []
  for (let at = rows.from; at < rows.to; ) {
    const records: SourceRecord[] = []
    at = maker.makeWire(rows, at, most, offsets, records)
    look(records)
    all.push(...records)
  }
  return { records: all, log: log.messages('warn') }
}

const outcome = (work: () => Made): Made | { readonly error: unknown } => {
  try {
    return work()
  } catch (error) {
    return { error }
  }
}

const CONVERTERS = ['BASE64', 'NUMERIC'].flatMap((decimals) =>
  ['true', 'false'].map((schemas) =>
    jsonConverter.create!(
      parseOrThrow(jsonConverter.config, {
        'converter.type': 'value',
        'decimal.format': decimals,
        'schemas.enable': schemas,
      }),
      'value',
    ),
  ),
)

const target = Buffer.alloc(100_000)

const writtenRow = ({ writerFor }: Converter, { valueSchema, value }: SourceRecord): string | undefined => {
  const end = writerFor?.('t', valueSchema, value)?.write(target, 5) ?? -1
  return end < 0 ? undefined : target.toString('utf8', 5, end)
}

/** Undefined: the converter refuses it. */
const writtenStruct = (converter: Converter, { valueSchema, value }: SourceRecord): string | undefined => {
  try {
    return serialise(converter, valueSchema, value)?.toString()
  } catch (error) {
    assert.ok(error instanceof DataError)
    return undefined
  }
}

/** Fails unless both ways lead to the same. @returns how many values stood in their rows as they were sent */
const compare = (
  columns: readonly ResultColumn[],
  texts: readonly Texts[],
  settings: SourceSettings,
  more: Parameters<typeof make>[5] = {},
): number => {
  const rows = wireRows(texts)
  const expected = outcome(() => make(false, columns, rows, settings, () => undefined, more))
  if ('error' in expected) {
    assert.throws(() => make(true, columns, rows, settings, () => undefined, more), expected.error as Error)
    return 0
  }
  let at = 0
  let asSent = 0
  const { log } = make(
    true,
    columns,
    rows,
    settings,
    (records) => {
      for (const record of records) {
        const plain: SourceRecord = expected.records[at++]!
        for (const converter of plain.value === null ? [] : CONVERTERS) {
          assert.equal(writtenRow(converter, record), writtenStruct(converter, plain))
        }
        if (record.value instanceof RowStruct) {
          const { block, row } = record.value
          const { length } = block.forms
          asSent += block.lengths.subarray(row * length, (row + 1) * length).filter((bytes) => bytes >= 0).length
        } else assert.equal(record.value, null)
        assert.deepStrictEqual({ ...record, value: plainValue(record.value) }, plain)
      }
    },
    more,
  )
  assert.equal(at, expected.records.length)
  assert.deepEqual(log, expected.log)
  return asSent
}

test('rows of every type are written as their structs are, in every zone, by both connectors', () => {
  let asSent = 0
  for (const zone of ZONES) {
    for (const flavour of ['confluent', 'aiven'] as const) {
      for (const [one, texts, more] of CASES) {
        const settings = { ...SETTINGS, reader: options(zone, { flavour, ...more }) }
        for (const text of texts) {
          const rows = [[text], [null], [text]].map(([value], id) => [String(id), value!])
          asSent += compare([ID, one], rows, settings)
          asSent += compare([ID, { ...one, nullable: false }], [['1', text]], settings)
        }
      }
    }
  }
  assert.ok(asSent > 3000, `${asSent} values stood as they were sent`)
})

test('numbers of any value are written as those of a struct are', () => {
  const below = seededRandom(5)
  const columns = [
    ID,
    { ...column('double', 'float8', 17, 17), name: 'double' },
    { ...column('numeric', 'numeric', 30, 4), name: 'decimal' },
    { ...column('timestamp', 'timestamp', 0, 6), name: 'time' },
  ]
  const settings = { ...SETTINGS, reader: options(UTC) }
  const sign = (): string => (below(2) === 0 ? '-' : '')
  const digits = (count: number): string =>
    Array.from({ length: count }, () => below(10))
      .join('')
      .replace(/^0+(?=\d)/, '')
  const double = (): number => Number(`${sign()}${digits(1 + below(17))}e${below(24) - 14}`)
  const two = (most: number): string => String(1 + below(most)).padStart(2, '0')
  const rows = Array.from({ length: 5000 }, (_, at) => [
    `${sign()}${digits(1 + below(18))}`.replace(/^-0$/, '0'),
    [
      String(double()).replace(/e([+-])(\d)$/, 'e$10$2'),
      double().toFixed(below(9)),
      // More digits than tell it from others
      (1 + below(1_000_000) / 7).toPrecision(16 + below(2)),
      `${sign()}0.${digits(below(6) + 1)}`,
    ][at % 4]!,
    `${sign()}${digits(1 + below(14))}.${String(below(10_000)).padStart(4, '0')}`,
    `${1000 + below(9000)}-${two(12)}-${two(28)} ${two(23)}:${two(59)}:${two(59)}${below(2) === 0 ? '' : `.${1 + below(9)}`}`,
  ])
  assert.ok(compare(columns, rows, settings) > 12_000)
  const edges = [
    127,
    128,
    255,
    256,
    32_767,
    32_768,
    8_388_607,
    8_388_608,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 32,
    2 ** 39,
    2 ** 47,
  ]
  const around = edges.flatMap((edge) => [edge - 1, edge, edge + 1, -edge + 1, -edge, -edge - 1, -edge - 2])
  const whole = around.map((value) => [
    String(value),
    String(value),
    `${value}`.replace(/(\d{4})?$/, '.$1').padEnd(3, '0'),
    null,
  ])
  compare(columns, whole, settings)
  const decimals = around.map((value) => [
    '1',
    null,
    `${Math.trunc(value / 10_000) || (value < 0 ? '-0' : '0')}.${String(Math.abs(value % 10_000)).padStart(4, '0')}`,
    null,
  ])
  assert.ok(compare(columns, decimals, settings) > 150)
})

test('texts are written as those of a struct are', () => {
  const below = seededRandom(6)
  const pieces = ['a', ' ', '"', '\\', '/', '\n', '\u0001', '\u007f', 'é', '€', '\uffff', '😀', '~']
  const rows = Array.from({ length: 4000 }, (_, at) => {
    const special = [0, 0, 1, 6][at % 4]!
    const text = Array.from({ length: below(at % 3 === 0 ? 150 : 30) }, () =>
      below(20) < special ? pieces[below(pieces.length)]! : 'x',
    )
    return [String(at), text.join('')]
  })
  assert.equal(compare([ID, column('varchar', 'text')], rows, { ...SETTINGS, reader: options(UTC) }), 8000)
})

test('keys, rows that are marked deleted and few rows at a time come out the same', () => {
  const deleted = { ...column('bit', 'bool', 1), name: 'deleted' }
  const name = { ...column('varchar', 'text'), name: '__proto__' }
  const rows = Array.from({ length: 700 }, (_, at) => [
    String(at * 1_000_000_000_000),
    at % 5 === 0 ? null : `name ${at}`,
    at % 3 === 0 ? 't' : at % 3 === 1 ? 'f' : null,
  ])
  const settings = { ...SETTINGS, reader: options(UTC, { flavour: 'aiven' }), deletedColumn: 'deleted' }
  for (const keyColumns of [[], ['id'], ['__proto__', 'id']]) {
    for (const most of [1, 300, 1000]) {
      assert.ok(compare([ID, name, deleted], rows, settings, { plan: { ...PLAN, keyColumns }, most }) > 500)
    }
  }
})

test('a column without a Connect type is left out: its rows become structs', () => {
  const rows = wireRows([
    ['(1,2)', '1'],
    [null, '2'],
  ])
  for (const deletedColumn of ['', 'point']) {
    const settings = { ...SETTINGS, deletedColumn }
    const columns = [{ ...column('other', 'point'), name: 'point' }, ID]
    const { records } = make(true, columns, rows, settings, () => undefined)
    assert.deepEqual(
      records.map(({ value, sourceOffset }) => [value, sourceOffset]),
      [
        [deletedColumn === '' ? { id: 1n } : null, { id: '(1,2)' }],
        [{ id: 2n }, { id: null }],
      ],
    )
  }
})

test('a row that has no room is not written, nor anything behind the room', () => {
  const columns = [
    ID,
    { ...column('double', 'float8', 17, 17), name: 'double' },
    { ...column('numeric', 'numeric', 12, 2), name: 'decimal' },
    { ...column('timestamp', 'timestamp', 0, 6), name: 'time' },
    { ...column('bit', 'bool', 1), name: 'flag' },
    { ...column('varchar', 'text'), name: 'text' },
    { ...column('real', 'float4', 8, 8), name: 'real' },
  ]
  const texts = ['-123', '-5', '-1234.56', '2026-01-01 00:00:00', 't', 'a text of some length', '1.5']
  const { records } = make(true, columns, wireRows([texts]), { ...SETTINGS, reader: options(UTC) }, () => undefined)
  const plain = CONVERTERS.at(1)!
  const whole = writtenRow(plain, records[0]!)!
  let written = 0
  for (let size = 5; size < whole.length + 30; size++) {
    const memory = Buffer.alloc(size + 40, 0xee)
    const end =
      plain.writerFor?.('t', records[0]!.valueSchema, records[0]!.value)?.write(memory.subarray(0, size), 5) ?? -1
    assert.ok(
      memory.subarray(size).every((byte) => byte === 0xee),
      `bytes behind ${size} are changed`,
    )
    if (end < 0) continue
    assert.equal(memory.toString('utf8', 5, end), whole)
    written++
  }
  assert.ok(written > 10 && written < 31)
})
