/** Random schemas with values that fit them, and what the source makes of them after the sink wrote them. */
import {
  DATE_SCHEMA,
  decimalScale,
  decimalSchema,
  TIME_SCHEMA,
  TIMESTAMP_SCHEMA,
} from '../../../../src/data/logical-types.ts'
import { INT64_SCHEMA, type Schema, type SchemaType, schemaOf, schemaWith } from '../../../../src/data/schema.ts'
import { Decimal, setOwn } from '../../../../src/data/values.ts'
import { seededRandom } from '../../../helpers/seeded-random.ts'
import { type Family, familyOf, type TargetKind } from '../targets.ts'

type Random = (below: number) => number

const DAY_MS = 86_400_000

interface Kind {
  readonly schema: (random: Random) => Schema
  readonly value: (random: Random, family: Family, schema: Schema) => unknown
  /** What the source gives for it. Default: the same. */
  readonly read?: (value: unknown, family: Family, schema: Schema) => unknown
}

const pick = <T>(random: Random, all: readonly T[]): T => all[random(all.length)] as T

const integer =
  (least: bigint, most: bigint) =>
  (random: Random): bigint => {
    switch (random(5)) {
      case 0:
        return least
      case 1:
        return most
      case 2:
        return BigInt(random(100)) - 50n
      default: {
        const span = most - least
        return least + ((BigInt(random(2 ** 31)) * BigInt(2 ** 31) * 4n + BigInt(random(2 ** 31))) % (span + 1n))
      }
    }
  }

const small = (type: SchemaType, least: number, most: number): Kind => {
  const any = integer(BigInt(least), BigInt(most))
  return { schema: () => schemaOf({ type }), value: (random) => Number(any(random)) }
}

const wide = integer(-(2n ** 63n), 2n ** 63n - 1n)

const floating = (random: Random): number => {
  switch (random(6)) {
    case 0:
      return 0
    case 1:
      return random(1000) / 10
    case 2:
      return -random(2 ** 31) * 2 ** (random(60) - 30)
    case 3:
      return random(2) === 0 ? 1e-30 : -1e30
    default:
      return (random(2 ** 31) + random(2 ** 31) / 2 ** 31) * (random(2) === 0 ? 1 : -1)
  }
}

const TEXTS = [
  '',
  "'",
  '"',
  '`',
  '\\',
  "\\'",
  '%s',
  '$1',
  '?',
  '--',
  ';',
  '\n',
  '\t',
  '\u0001',
  'NULL',
  'ü',
  '漢字',
  '🐘🐬',
  'a',
  ' ',
  '{}',
  '\u200f',
  '0x00',
]

const text = (random: Random): string => Array.from({ length: random(8) }, () => pick(random, TEXTS)).join('')

const wholeDay = (random: Random): Date =>
  pick(random, [
    new Date('1000-01-01T00:00:00Z'),
    new Date('9999-12-31T00:00:00Z'),
    new Date(0),
    new Date('1582-10-15T00:00:00Z'),
    new Date((random(60_000) - 20_000) * DAY_MS),
  ])

/** SQLite's NUMERIC, read as a Decimal without a fraction. */
const stored = (value: Date): Decimal => new Decimal(BigInt(value.getTime()), 0)

const moment: Pick<Kind, 'read'> = {
  read: (value, family) => (family === 'sqlite' ? stored(value as Date) : value),
}

const decimal: Kind = {
  schema: (random) => decimalSchema(pick(random, [0, 1, 2, 5, 10, 30, -3])),
  value: (random, family, schema) => {
    const scale = decimalScale(schema)
    // SQLite keeps fractions as 64-bit numbers, which its NUMERIC columns do not tell: whole numbers only
    if (family === 'sqlite') return new Decimal(BigInt(random(1_000_000)) * 10n ** BigInt(Math.max(0, scale)), scale)
    const digits = 1 + random(30 + Math.max(0, scale))
    const unscaled = BigInt(Array.from({ length: digits }, () => random(10)).join(''))
    return new Decimal(random(2) === 0 ? unscaled : -unscaled, scale)
  },
  read: (value, family, schema) => {
    const given = value as Decimal
    // PostgreSQL's columns are DECIMAL without a scale, which the source calls 127; MySQL's have none below 0
    const scale = family === 'postgres' ? 127 : family === 'sqlite' ? 0 : Math.max(0, decimalScale(schema))
    const shift = scale - given.scale
    return new Decimal(
      shift < 0 ? given.unscaled / 10n ** BigInt(-shift) : given.unscaled * 10n ** BigInt(shift),
      scale,
    )
  },
}

export const KINDS: readonly Kind[] = [
  small('int8', -128, 127),
  small('int16', -32_768, 32_767),
  small('int32', -(2 ** 31), 2 ** 31 - 1),
  { schema: () => schemaOf({ type: 'int64' }), value: wide },
  { schema: () => schemaOf({ type: 'float32' }), value: (random) => Math.fround(floating(random)) },
  {
    schema: () => schemaOf({ type: 'float64' }),
    value: floating,
    // The JVM's driver calls SQLite's REAL a float
    read: (value, family) => (family === 'sqlite' ? Math.fround(value as number) : value),
  },
  {
    schema: () => schemaOf({ type: 'boolean' }),
    value: (random) => random(2) === 1,
    read: (value, family) => (family === 'postgres' ? value : Number(value)),
  },
  { schema: () => schemaOf({ type: 'string' }), value: text },
  {
    schema: () => schemaOf({ type: 'bytes' }),
    value: (random) => Buffer.from(Array.from({ length: random(40) }, () => random(256))),
  },
  decimal,
  { schema: () => DATE_SCHEMA, value: wholeDay, ...moment },
  { schema: () => TIME_SCHEMA, value: (random) => new Date(random(DAY_MS)), ...moment },
  {
    schema: () => TIMESTAMP_SCHEMA,
    value: (random) => new Date(wholeDay(random).getTime() + random(DAY_MS)),
    ...moment,
  },
]

interface Column {
  readonly name: string
  readonly kind: Kind
  readonly schema: Schema
}

const NAMES = [
  'name',
  'SELECT',
  'order',
  'a b',
  'quote"',
  'tick`',
  "it's",
  'back\\slash',
  'dot.ted',
  'ünï',
  '漢字',
  '__proto__',
  'constructor',
  'toString',
  '1st',
  '?',
  '$1',
  '%s',
  '-- x',
  'semi;colon',
  'new\nline',
  'table',
  'x'.repeat(63),
]

const columnOf = (random: Random, family: Family, name: string, added: boolean): Column => {
  const kind = pick(random, KINDS)
  const base = kind.schema(random)
  const withDefault = random(3) === 0
  const optional = random(3) > 0 || (added && !withDefault)
  const value = withDefault ? kind.value(random, family, base) : undefined
  return {
    name,
    kind,
    schema: schemaWith(base, { optional, ...(value === undefined ? {} : { default: value }) }),
  }
}

export interface RandomTable {
  readonly name: string
  /** Puts of rows, each with the schema of its time; `expected` are the values that the source should give in the end. */
  readonly puts: readonly { readonly schema: Schema; readonly rows: readonly Record<string, unknown>[] }[]
  readonly expected: ReadonlyMap<bigint, Record<string, unknown>>
  /** The columns' names in the order of the table. */
  readonly columns: readonly string[]
}

const ROWS = 3

/** One that is created, evolved once or twice, and written by the old schema in between. */
export const randomTable = (seed: number, target: TargetKind): RandomTable => {
  const family = familyOf(target)
  const random = seededRandom(seed)
  const left = [...NAMES]
  const newColumns = (most: number, added: boolean): Column[] =>
    Array.from({ length: 1 + random(most) }, () => {
      const hostile = random(2) === 0
      const name = hostile ? (left.splice(random(left.length), 1)[0] ?? `f${left.length}`) : `f${seed}_${random(1e9)}`
      return columnOf(random, family, name, added)
    })
  const versions: Column[][] = [newColumns(7, false)]
  const evolutions = random(3)
  for (let step = 0; step < evolutions; step++) versions.push([...(versions.at(-1) ?? []), ...newColumns(3, true)])
  const all = versions.at(-1) ?? []
  const expected = new Map<bigint, Record<string, unknown>>()
  let id = 0n
  const rowsOf = (columns: readonly Column[]): Record<string, unknown>[] =>
    Array.from({ length: ROWS }, () => {
      id += 1n
      const row: Record<string, unknown> = { id }
      const wanted: Record<string, unknown> = { id }
      for (const { name, kind, schema } of all) {
        const written = columns.some((column) => column.name === name)
        const isNull = schema.optional && random(4) === 0
        const value = written && !isNull ? kind.value(random, family, schema) : null
        if (written) setOwn(row, name, value)
        // A null is written as the default, and a column that came later has it in older rows; MySQL's TEXT has none then
        const added = target === 'mysql-8' && schema.type === 'string' && !written ? null : schema.default
        const inTable = value ?? added ?? null
        setOwn(wanted, name, inTable === null ? null : (kind.read ?? ((same) => same))(inTable, family, schema))
      }
      expected.set(id, wanted)
      return row
    })
  const schemas = versions.map((columns) =>
    schemaOf({
      type: 'struct',
      name: `Random${seed}`,
      fields: [{ name: 'id', schema: INT64_SCHEMA }, ...columns.map(({ name, schema }) => ({ name, schema }))],
    }),
  )
  const order = versions.flatMap((_, index) => (index > 0 && random(2) === 0 ? [index, index - 1] : [index]))
  const puts = order.map((index) => ({ schema: schemas[index] as Schema, rows: rowsOf(versions[index] ?? []) }))
  return { name: `random_${seed}`, puts, expected, columns: ['id', ...all.map(({ name }) => name)] }
}
