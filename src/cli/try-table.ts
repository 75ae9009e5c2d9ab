/** For people: what became of a record, a line for each of its parts. */
import { isPlainObject } from '../data/values.ts'
import type { JsonObject } from '../runtime/record-json.ts'
import type { Tried, TriedBytes } from '../runtime/try-record.ts'

/** @param number of the record, from 1 */
export const tryTable = (number: number, tried: Tried, withSteps: boolean): string => {
  const rows: Row[] = []
  const { input, output, written, error } = tried
  if (input !== undefined) {
    if (withSteps || (tried.steps.length > 0 && error !== undefined)) rows.push(...rowsOf('in', parts(input)))
    let before = parts(input)
    for (const step of withSteps ? tried.steps : []) {
      if (step.skipped) rows.push([step.name, '', 'passed by: its predicate does not hold'])
      else if (step.output === null || step.output === undefined) rows.push([step.name, '', 'dropped'])
      else {
        const after = parts(step.output)
        const changes = changesOf(before, after)
        rows.push(...(changes.length > 0 ? rowsOf(step.name, changes) : [[step.name, '', 'no change'] as const]))
        before = after
      }
    }
  }
  if (output === null) rows.push(['out', '', 'dropped by a transform: nothing is written'])
  else if (output !== undefined) rows.push(...rowsOf('out', parts(output)))
  if (written !== undefined) rows.push(...rowsOf('bytes', writtenParts(written)))
  if (error !== undefined) {
    const where = error.at === undefined ? '' : `${error.at}: `
    rows.push(['ERROR', error.phase, `${where}${error.class}: ${error.message}`])
    for (const cause of error.causes) rows.push(['', 'cause', `${cause.class}: ${cause.message}`])
  }
  return `record ${number}${error?.line === undefined ? '' : ` (line ${error.line})`}\n${layOut(rows)}`
}

type Row = readonly [step: string, part: string, text: string]
type Part = readonly [name: string, text: string]

const rowsOf = (step: string, named: readonly Part[]): Row[] =>
  named.map(([name, text], index): Row => [index === 0 ? step : '', name, text])

const layOut = (rows: readonly Row[]): string => {
  const width = (column: 0 | 1): number => Math.max(0, ...rows.map((row) => row[column].length))
  const [first, second] = [width(0), width(1)]
  return rows
    .map(([step, part, text]) => `  ${step.padEnd(first)}  ${part.padEnd(second)}  ${text}`.trimEnd())
    .join('\n')
}

const parts = (record: JsonObject): Part[] => {
  const { key, value, headers, ...place } = record
  return [
    ...Object.entries(place).map(([name, each]): Part => [name, String(each)]),
    ['key', sideText(key)],
    ['value', sideText(value)],
    ...(headers as readonly JsonObject[]).map((header): Part => [`header ${header['key']}`, sideText(header)]),
  ]
}

const changesOf = (before: readonly Part[], after: readonly Part[]): Part[] => {
  const same = (a: Part, b: Part): boolean => a[0] === b[0] && a[1] === b[1]
  const gone = before.filter(([name]) => !after.some((each) => each[0] === name))
  return [
    ...after.filter((part) => !before.some((each) => same(each, part))),
    ...gone.map(([name]): Part => [name, '(removed)']),
  ]
}

const sideText = (side: unknown): string => {
  const { schema, payload } = side as { readonly schema: unknown; readonly payload: unknown }
  const text = JSON.stringify(payload)
  return schema === null ? text : `${text}  ${typeText(schema)}`
}

/** `struct{id:int32,name:string?}` */
const typeText = (schema: unknown): string => {
  if (!isPlainObject(schema)) return '-'
  const inner = Array.isArray(schema['fields'])
    ? `{${schema['fields'].map((field: JsonObject) => `${field['field']}:${typeText(field)}`).join(',')}}`
    : schema['type'] === 'array'
      ? `<${typeText(schema['items'])}>`
      : schema['type'] === 'map'
        ? `<${typeText(schema['keys'])},${typeText(schema['values'])}>`
        : ''
  const name = typeof schema['name'] === 'string' ? `(${schema['name'].split('.').at(-1)})` : ''
  return `${schema['type']}${inner}${name}${schema['optional'] === true ? '?' : ''}`
}

const bytesText = ({ bytes, bytesText: text }: TriedBytes): string =>
  bytes === null ? 'null' : (text ?? `base64 ${bytes}`)

const writtenParts = ({ key, value, headers }: NonNullable<Tried['written']>): Part[] => [
  ['key', bytesText(key)],
  ['value', bytesText(value)],
  ...headers.map((header): Part => [`header ${header.key}`, bytesText(header)]),
]
