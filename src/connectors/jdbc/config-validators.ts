/** Checks of single settings, with the texts of the JVM's JDBC connectors. */
import type { Validator } from '../../config/define.ts'
import { DIALECT_NAMES } from './choose-dialect.ts'
import { zoneNamed } from './zone.ts'

/** One of these words, all in small or all in capital letters. */
export const enumerator =
  (...words: readonly string[]): Validator<string | null> =>
  (_key, value) =>
    value === null || words.some((word) => word === value || word.toUpperCase() === value) ? null : 'Invalid enumerator'

/** A list of such words, at least one. */
export const enumerators =
  (...words: readonly string[]): Validator<readonly string[]> =>
  (key, value) => {
    if (value.length === 0) return `At least one value must be specified. Valid values are: [${words.join(', ')}]`
    const strange = value.find((each) => enumerator(...words)(key, each) !== null)
    // The JVM shows the element that is wrong as the value of the key.
    return strange === undefined
      ? null
      : { wholeMessage: `Invalid value ${strange} for configuration ${key}: Invalid enumerator` }
  }

/** Confluent's text. */
export const timeZone: Validator<string | null> = (_key, value) =>
  value === null || zoneNamed(value) !== undefined
    ? null
    : 'Invalid time zone. See the list of valid time zones at https://docs.oracle.com/javase/8/docs/api/java/time/ZoneId.html#shortIds'

/** Aiven's text. */
export const timeZoneId: Validator<string | null> = (_key, value) =>
  value === null || zoneNamed(value) !== undefined ? null : 'Invalid time zone identifier'

/** Dialects of the JVM's connectors for databases that are not supported here. */
const OTHER_DIALECTS: ReadonlySet<string> = new Set(
  ['Db2', 'Derby', 'Generic', 'Oracle', 'SapHana', 'SqlServer', 'Sybase', 'Vertica'].map(
    (name) => `${name}DatabaseDialect`,
  ),
)

export const dialectName: Validator<string | null> = (_key, value) => {
  if (value === null || value === '' || DIALECT_NAMES.includes(value)) return null
  return OTHER_DIALECTS.has(value)
    ? `There is no such dialect here; there are ${DIALECT_NAMES.join(', ')}`
    : 'Invalid enumerator'
}
