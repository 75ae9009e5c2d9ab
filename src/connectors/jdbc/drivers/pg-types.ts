import type { JdbcType, QueryResult, ResultColumn } from '../database.ts'
import type { PgField } from './pg-portal.ts'

/** What pgjdbc calls the types that it knows by name. */
const JDBC_TYPES: ReadonlyMap<string, JdbcType> = new Map<string, JdbcType>([
  ['int2', 'smallint'],
  ['int4', 'integer'],
  ['oid', 'bigint'],
  ['int8', 'bigint'],
  ['money', 'double'],
  ['numeric', 'numeric'],
  ['float4', 'real'],
  ['float8', 'double'],
  ['char', 'char'],
  ['bpchar', 'char'],
  ['varchar', 'varchar'],
  ['text', 'varchar'],
  ['name', 'varchar'],
  ['bytea', 'binary'],
  ['bool', 'bit'],
  ['bit', 'bit'],
  ['date', 'date'],
  ['time', 'time'],
  ['timetz', 'time'],
  ['timestamp', 'timestamp'],
  ['timestamptz', 'timestamp'],
  ['xml', 'sqlxml'],
])

export interface PgType {
  readonly name: string
  /** pg_type.typtype: b base, c composite, d domain, e enum, r range ... */
  readonly kind: string
  readonly array: boolean
}

export interface PgAttribute {
  readonly notNull: boolean
  readonly generated: boolean
}

export const jdbcTypeOf = ({ name, kind, array }: PgType): JdbcType => {
  if (array) return 'array'
  const known = JDBC_TYPES.get(name)
  if (known !== undefined) return known
  if (kind === 'c') return 'struct'
  if (kind === 'e') return 'varchar'
  return kind === 'd' ? 'distinct' : 'other'
}

/** A column from its type, type modifier and, where it comes from a table, attribute. */
export const columnOf = (
  name: string,
  type: PgType,
  modifier: number,
  attribute: PgAttribute | undefined,
): ResultColumn => {
  const jdbcType = jdbcTypeOf(type)
  return {
    name,
    jdbcType,
    typeName: attribute?.generated && /^int[248]$/.test(type.name) ? serialName(type.name) : type.name,
    ...precisionOf(type.name, modifier),
    nullable: attribute === undefined ? null : !attribute.notNull,
    autoIncrement: attribute?.generated ?? false,
    signed: /^(int[248]|float[48]|numeric)$/.test(type.name),
  }
}

const serialName = (name: string): string =>
  name === 'int2' ? 'smallserial' : name === 'int4' ? 'serial' : 'bigserial'

const precisionOf = (type: string, modifier: number): { precision: number; scale: number } => {
  switch (type) {
    case 'int2':
      return { precision: 5, scale: 0 }
    case 'int4':
    case 'oid':
      return { precision: 10, scale: 0 }
    case 'int8':
      return { precision: 19, scale: 0 }
    case 'float4':
      return { precision: 8, scale: 8 }
    case 'float8':
      return { precision: 17, scale: 17 }
    case 'bool':
      return { precision: 1, scale: 0 }
    case 'bit':
      return { precision: modifier < 0 ? 1 : modifier, scale: 0 }
    case 'numeric':
      if (modifier < 4) return { precision: 0, scale: 0 }
      // The scale has 11 bits of its own and may be negative since PostgreSQL 15.
      return { precision: ((modifier - 4) >> 16) & 0xffff, scale: (((modifier - 4) & 0x7ff) ^ 1024) - 1024 }
    case 'time':
    case 'timetz':
    case 'timestamp':
    case 'timestamptz':
      return { precision: 0, scale: modifier < 0 ? 6 : modifier }
    default:
      return { precision: modifier < 4 ? 0 : modifier - 4, scale: 0 }
  }
}

type Ask = (sql: string, parameters: readonly string[]) => Promise<QueryResult>

/** Resolves the fields of row descriptions; remembers types, asks anew about attributes (they change). */
export class PgColumns {
  readonly #types = new Map<number, PgType>()
  readonly #ask: Ask

  constructor(ask: Ask) {
    this.#ask = ask
  }

  async resolve(fields: readonly PgField[]): Promise<ResultColumn[]> {
    await this.#learnTypes(fields)
    const attributes = await this.#attributesOf(fields)
    return fields.map((field) => {
      const type = this.#types.get(field.dataTypeID) ?? { name: String(field.dataTypeID), kind: 'b', array: false }
      return columnOf(field.name, type, field.dataTypeModifier, attributes.get(`${field.tableID}.${field.columnID}`))
    })
  }

  async #learnTypes(fields: readonly PgField[]): Promise<void> {
    const unknown = new Set(fields.map((field) => field.dataTypeID).filter((oid) => !this.#types.has(oid)))
    if (unknown.size === 0) return
    const { rows } = await this.#ask(
      `SELECT t.oid, t.typname, t.typtype, EXISTS (SELECT 1 FROM pg_catalog.pg_type e WHERE e.typarray = t.oid) ` +
        `FROM pg_catalog.pg_type t WHERE t.oid = ANY ($1::oid[])`,
      [`{${[...unknown].join(',')}}`],
    )
    for (const [oid, name, kind, array] of rows) {
      this.#types.set(Number(oid), { name: String(name), kind: String(kind), array: array === 't' })
    }
  }

  async #attributesOf(fields: readonly PgField[]): Promise<Map<string, PgAttribute>> {
    const tables = new Set(fields.map((field) => field.tableID).filter((oid) => oid !== 0))
    const found = new Map<string, PgAttribute>()
    if (tables.size === 0) return found
    const { rows } = await this.#ask(
      `SELECT a.attrelid, a.attnum, a.attnotnull, ` +
        `a.attidentity <> '' OR coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid) LIKE '%nextval(%', false) ` +
        `FROM pg_catalog.pg_attribute a LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum ` +
        `WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0`,
      [`{${[...tables].join(',')}}`],
    )
    for (const [table, number, notNull, generated] of rows) {
      found.set(`${table}.${number}`, { notNull: notNull === 't', generated: generated === 't' })
    }
    return found
  }
}
