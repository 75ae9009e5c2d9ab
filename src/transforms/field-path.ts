/** Where `ExtractField` finds its field: one name, or in syntax V2 steps with dots between them. */
import { DataError } from '../data/errors.ts'
import { javaError } from '../data/java-error.ts'
import { type Field, fieldOf, type Schema } from '../data/schema.ts'
import { ConfigError } from '../plugin/errors.ts'
import { type Fields, mapGet, requireMap, requireStruct, type SchemalessMap } from './requirements.ts'
import { readField } from './struct-copy.ts'

const PURPOSE = 'nested field access'

export type FieldPath = readonly string[]

/** @throws ConfigError when a backtick stands alone */
export const parseFieldPath = (text: string, syntax: 'V1' | 'V2'): FieldPath => {
  if (syntax === 'V1') return [text]
  if (text === '') return []
  const steps: string[] = []
  for (let at = 0; at <= text.length; ) {
    const [step, end] = text[at] === '`' ? quotedStep(text, at) : plainStep(text, at)
    steps.push(step)
    at = end + 1
  }
  return steps
}

const plainStep = (text: string, start: number): [string, number] => {
  const dot = text.indexOf('.', start)
  const end = dot < 0 ? text.length : dot
  return [text.slice(start, end), end]
}

/** The closing backtick is one before a dot or at the end; a backslash before it makes it part of the name. */
const quotedStep = (text: string, start: number): [string, number] => {
  let step = ''
  for (let at = start + 1; at < text.length; at++) {
    const closes = text[at] === '`' && (at === text.length - 1 || text[at + 1] === '.')
    if (closes && text[at - 1] !== '\\') return [step, at + 1]
    step = closes ? `${step.slice(0, -1)}\`` : step + text[at]
  }
  throw new ConfigError(
    `Incomplete backtick pair in path: [${text}], consider adding a backslash before backtick at position ${start} to escape it`,
  )
}

/** The JVM fails on an empty V2 path with each record; so do we. */
const requireSteps = (path: FieldPath): void => {
  if (path.length === 0) throw javaError('java.lang.IllegalArgumentException', 'fromIndex(0) > toIndex(-1)')
}

/** The field that a path leads to, undefined when a step is missing. @throws DataError when a step leads out of structs */
export const fieldAt = (path: FieldPath, schema: Schema): Field | undefined => {
  requireSteps(path)
  let current: Schema = schema
  let found: Field | undefined
  for (const [index, step] of path.entries()) {
    if (current.type !== 'struct') throw new DataError('Cannot look up fields on non-struct type')
    found = fieldOf(current, step)
    if (found === undefined) return undefined
    if (index < path.length - 1) current = found.schema
  }
  return found
}

export const valueInStruct = (path: FieldPath, schema: Schema, fields: Fields, withDefault: boolean): unknown => {
  let current = fields
  let currentSchema = schema
  for (let step = 0; step < path.length - 1; step++) {
    const field = fieldOf(currentSchema, path[step]!)
    if (field === undefined) return null
    // On the way the JVM always reads defaults; only the last step asks the setting.
    const value = readField(current, field, true)
    if (value === null) return null
    current = requireStruct(field.schema, value, PURPOSE)
    currentSchema = field.schema
  }
  const last = fieldOf(currentSchema, path.at(-1)!)
  return last === undefined ? null : readField(current, last, withDefault)
}

export const valueInMap = (path: FieldPath, map: SchemalessMap): unknown => {
  requireSteps(path)
  let current = map
  for (let step = 0; step < path.length - 1; step++) {
    const value = mapGet(current, path[step]!)
    if (value === null) return null
    current = requireMap(value, PURPOSE)
  }
  return mapGet(current, path.at(-1)!)
}
