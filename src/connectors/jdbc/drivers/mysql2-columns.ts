import type { JdbcType, ResultColumn } from '../database.ts'

/** The parts of mysql2's column definition that are used. */
export interface MysqlField {
  readonly name: string
  readonly columnType: number
  readonly columnLength: number
  readonly decimals: number
  readonly flags: number
  readonly characterSet: number
}

const NOT_NULL = 1
const UNSIGNED = 32
const ENUM = 256
const AUTO_INCREMENT = 512
const SET = 2048
const BINARY_CHARSET = 63
/** Bytes a character may need on the wire: lengths are in bytes of utf8mb4. */
const CHARACTER_BYTES = 4

export const isGeometry = ({ columnType }: MysqlField): boolean => columnType === 255

/** What Connector/J tells about a column, with its default settings (`tinyInt1isBit`, `yearIsDateType`). */
export const mysqlColumn = (field: MysqlField): ResultColumn => {
  const { name, flags } = field
  const unsigned = (flags & UNSIGNED) !== 0
  const [jdbcType, typeName, precision = 0, scale = 0] = typeOf(field, unsigned)
  return {
    name,
    jdbcType,
    typeName: unsigned && /INT|DECIMAL|FLOAT|DOUBLE/.test(typeName) ? `${typeName} UNSIGNED` : typeName,
    precision,
    scale,
    nullable: (flags & NOT_NULL) === 0,
    autoIncrement: (flags & AUTO_INCREMENT) !== 0,
    signed: !unsigned,
  }
}

type Described = readonly [JdbcType, string, number?, number?]

const typeOf = (
  { columnType, columnLength, decimals, flags, characterSet }: MysqlField,
  unsigned: boolean,
): Described => {
  const binary = characterSet === BINARY_CHARSET
  const characters = Math.floor(columnLength / CHARACTER_BYTES)
  switch (columnType) {
    case 0:
    case 246:
      return ['decimal', 'DECIMAL', columnLength - (decimals > 0 ? 1 : 0) - (unsigned ? 0 : 1), decimals]
    case 1:
      return columnLength === 1 && !unsigned ? ['bit', 'TINYINT', 1] : ['tinyint', 'TINYINT', 3]
    case 2:
      return ['smallint', 'SMALLINT', 5]
    case 3:
      return ['integer', 'INT', 10]
    case 4:
      return ['real', 'FLOAT', 12]
    case 5:
      return ['double', 'DOUBLE', 22]
    case 6:
      return ['null', 'NULL']
    case 7:
      return ['timestamp', 'TIMESTAMP', 19, decimals]
    case 8:
      return ['bigint', 'BIGINT', unsigned ? 20 : 19]
    case 9:
      return ['integer', 'MEDIUMINT', 7]
    case 10:
      return ['date', 'DATE', 10]
    case 11:
      return ['time', 'TIME', 8, decimals]
    case 12:
      return ['timestamp', 'DATETIME', 19, decimals]
    case 13:
      return ['date', 'YEAR', 4]
    case 16:
      return ['bit', 'BIT', columnLength]
    case 245:
      return ['longvarchar', 'JSON', characters]
    case 249:
      return binary ? ['varbinary', 'TINYBLOB', columnLength] : ['varchar', 'TINYTEXT', characters]
    case 250:
    case 251:
    case 252:
      return binary ? ['longvarbinary', 'BLOB', columnLength] : ['longvarchar', 'TEXT', characters]
    case 255:
      return ['binary', 'GEOMETRY']
    case 254:
      if ((flags & ENUM) !== 0) return ['char', 'ENUM', characters]
      if ((flags & SET) !== 0) return ['char', 'SET', characters]
      return binary ? ['binary', 'BINARY', columnLength] : ['char', 'CHAR', characters]
    default:
      return binary ? ['varbinary', 'VARBINARY', columnLength] : ['varchar', 'VARCHAR', characters]
  }
}
