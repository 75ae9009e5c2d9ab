/** Dead letters as they stand on a topic, told for people and programs. */
import type { FetchedRecord } from '../kafka/fetched-record.ts'

const PREFIX = '__connect.errors.'

export interface DeadLetter {
  readonly record: FetchedRecord
  /** What the context headers say, by their names without the prefix; empty where they were not enabled. */
  readonly context: ReadonlyMap<string, string | null>
  /** The headers that the record had before it became a dead letter. */
  readonly headers: FetchedRecord['headers']
}

export const deadLetterOf = (record: FetchedRecord): DeadLetter => ({
  record,
  context: new Map(
    record.headers
      .filter(({ key }) => key.startsWith(PREFIX))
      .map(({ key, value }) => [key.slice(PREFIX.length), value === null ? null : value.toString()]),
  ),
  headers: record.headers.filter(({ key }) => !key.startsWith(PREFIX)),
})

/** The letter as one JSON object: bytes as text, or as `{"base64": ...}` where they are none. */
export const letterJson = ({ record, context, headers }: DeadLetter): Readonly<Record<string, unknown>> => ({
  partition: record.partition,
  offset: record.offset,
  timestamp: record.timestamp,
  errors: Object.fromEntries(context),
  key: shownBytes(record.key),
  value: shownBytes(record.value),
  headers: headers.map(({ key, value }) => ({ key, value: shownBytes(value) })),
})

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const shownBytes = (bytes: Buffer | null): string | null | { readonly base64: string } => {
  if (bytes === null) return null
  try {
    return utf8.decode(bytes)
  } catch {
    return { base64: bytes.toString('base64') }
  }
}

const LONGEST_TEXT = 300

/** A paragraph for a terminal. */
export const letterText = (letter: DeadLetter): string => {
  const { record, context, headers } = letter
  const of = (name: string): string => context.get(name) ?? '?'
  const lines = [`${record.topic}-${record.partition}@${record.offset}  ${new Date(record.timestamp).toISOString()}`]
  if (context.size > 0) {
    const from = context.has('offset')
      ? `${of('topic')}-${of('partition')}@${of('offset')}`
      : `source ${of('source.partition')} ${of('source.offset')}, for topic ${of('topic')}`
    lines.push(
      `  from    ${from}`,
      `  stage   ${of('stage')} in ${of('class.name')} (task ${of('connector.name')}-${of('task.id')})`,
      `  error   ${of('exception.class.name')}: ${context.get('exception.message') ?? ''}`,
    )
  }
  lines.push(`  key     ${shortText(record.key)}`, `  value   ${shortText(record.value)}`)
  for (const { key, value } of headers) lines.push(`  header  ${key}: ${shortText(value)}`)
  return lines.join('\n')
}

const shortText = (bytes: Buffer | null): string => {
  const shown = shownBytes(bytes)
  // As JSON, so that no control character of a record reaches the terminal.
  const text = shown === null ? 'null' : typeof shown === 'string' ? JSON.stringify(shown) : `base64 ${shown.base64}`
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}... (${bytes?.length} bytes)` : text
}
