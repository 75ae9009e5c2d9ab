/** Reads the ISO forms of dates, times and timestamps as leniently as Java's SimpleDateFormat; always UTC. */
import { DATE_SCHEMA, TIME_SCHEMA, TIMESTAMP_SCHEMA } from './logical-types.ts'
import type { Schema, SchemaAndValue } from './schema.ts'
import { type SimpleDateFormat, simpleDateFormat } from './simple-date-format.ts'

/** Its length alone tells which of the forms a text may have. */
const FORMS: ReadonlyMap<number, { readonly schema: Schema; readonly format: SimpleDateFormat }> = new Map([
  [10, { schema: DATE_SCHEMA, format: simpleDateFormat('yyyy-MM-dd') }],
  [13, { schema: TIME_SCHEMA, format: simpleDateFormat("HH:mm:ss.SSS'Z'") }],
  [24, { schema: TIMESTAMP_SCHEMA, format: simpleDateFormat("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'") }],
])

/** Null when the text, which must be without blanks around, is none of them. */
export const parseTemporal = (token: string): SchemaAndValue | null => {
  const text = token.replaceAll('\\:', ':')
  const form = FORMS.get(text.length)
  const millis = form?.format.parse(text)
  return form === undefined || millis === undefined ? null : { schema: form.schema, value: new Date(millis) }
}
