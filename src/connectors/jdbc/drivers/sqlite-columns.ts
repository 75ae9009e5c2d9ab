import type { JdbcType, RawValue, ResultColumn } from '../database.ts'

const INTEGERS: ReadonlyMap<string, JdbcType> = new Map<string, JdbcType>([
  ['BOOLEAN', 'boolean'],
  ['BOOL', 'boolean'],
  ['TINYINT', 'tinyint'],
  ['SMALLINT', 'smallint'],
  ['INT2', 'smallint'],
  ['BIGINT', 'bigint'],
  ['INT8', 'bigint'],
  ['UNSIGNED BIG INT', 'bigint'],
  ['INT', 'integer'],
  ['INTEGER', 'integer'],
  ['MEDIUMINT', 'integer'],
])

const OTHERS: ReadonlyMap<string, JdbcType> = new Map<string, JdbcType>([
  ['DECIMAL', 'decimal'],
  ['NUMERIC', 'numeric'],
  ['DOUBLE', 'double'],
  ['DOUBLE PRECISION', 'double'],
  ['REAL', 'real'],
  ['FLOAT', 'float'],
  ['CHARACTER', 'char'],
  ['NCHAR', 'char'],
  ['NATIVE CHARACTER', 'char'],
  ['CHAR', 'char'],
  ['CLOB', 'clob'],
  ['VARCHAR', 'varchar'],
  ['VARYING CHARACTER', 'varchar'],
  ['NVARCHAR', 'varchar'],
  ['TEXT', 'varchar'],
  ['DATE', 'date'],
  ['TIME', 'time'],
  ['DATETIME', 'timestamp'],
  ['TIMESTAMP', 'timestamp'],
  ['BINARY', 'binary'],
  ['VARBINARY', 'varbinary'],
  ['BLOB', 'blob'],
])

/**
 * A column from its declared type; from its first value where nothing is declared (expressions, columns without a type).
 * What the declaration does not name goes by SQLite's rules of affinity.
 */
export const sqliteColumn = (
  name: string,
  declared: string | null,
  nullable: boolean | null,
  autoIncrement: boolean,
  value: RawValue = null,
): ResultColumn => {
  const match = /^([^(]*?)\s*(?:\(\s*(\d+)\s*(?:,\s*(-?\d+)\s*)?\))?\s*(?:UNSIGNED)?$/i.exec(declared ?? '')
  const typeName = (match?.[1] ?? declared ?? '').trim().toUpperCase()
  const jdbcType = typeOf(typeName, value)
  return {
    name,
    jdbcType,
    typeName: typeName === '' ? jdbcType.toUpperCase() : typeName,
    precision: Number(match?.[2] ?? 0),
    scale: Number(match?.[3] ?? 0),
    nullable,
    autoIncrement,
    signed: true,
  }
}

const typeOf = (typeName: string, value: RawValue): JdbcType => {
  const known = INTEGERS.get(typeName) ?? OTHERS.get(typeName)
  if (known !== undefined) return known
  if (typeName === '') {
    if (typeof value === 'bigint') return BigInt.asIntN(32, value) === value ? 'integer' : 'bigint'
    if (typeof value === 'number') return 'real'
    return value instanceof Uint8Array ? 'blob' : 'varchar'
  }
  if (typeName.includes('INT')) return 'integer'
  if (/CHAR|CLOB|TEXT/.test(typeName)) return 'varchar'
  if (typeName.includes('BLOB')) return 'blob'
  if (/REAL|FLOA|DOUB/.test(typeName)) return 'real'
  return 'numeric'
}
