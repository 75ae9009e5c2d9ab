import { ConfigFileError, type ConfigFileProblem } from './config-file-error.ts'
import type { RawConfig } from './define.ts'
import { decodeJson } from './json-encoding.ts'
import {
  type JsonNode,
  type JsonObject,
  type JsonScalar,
  JsonTextError,
  parseJsonText,
  positionOf,
} from './json-text.ts'
import { nearestName } from './nearest-name.ts'
import { type JsonOffset, offsetListOrAnswer } from './offsets-json.ts'
import { decodeProperties, type PropertyFile } from './property-file.ts'
import { decodeText, readBytes } from './text-file.ts'

export type InitialState = 'STARTED' | 'PAUSED' | 'STOPPED'

export interface ConnectorFile {
  readonly name: string
  /** As written, `name` included, variables unresolved; on a null prototype. */
  readonly config: RawConfig
  readonly initialState: InitialState
  /** Offsets for a connector that has none yet; in create requests only. */
  readonly initialOffsets?: readonly JsonOffset[]
  readonly format: 'json' | 'create-request' | 'properties'
  /** Where each key was last set, from 1. */
  readonly lines: ReadonlyMap<string, number>
  /** For the log: duplicate keys and whatever was ignored. Never holds a value. */
  readonly warnings: readonly string[]
}

/** A file that would be a connector's if it had a name: whoever reads it can tell what else is wrong. */
export interface NamelessFile {
  readonly name: null
  readonly config: RawConfig
  readonly lines: ReadonlyMap<string, number>
  /** That the name is missing. */
  readonly error: ConfigFileError
}

const REQUEST_FIELDS = ['name', 'config', 'initial_state', 'initial_offsets']
const INITIAL_STATES: Readonly<Record<string, InitialState>> = {
  RUNNING: 'STARTED',
  PAUSED: 'PAUSED',
  STOPPED: 'STOPPED',
}

const missingName = (path: string): string =>
  `Connector configuration at '${path}' is missing the mandatory 'name' configuration`

const nameless = (path: string, config: RawConfig, lines: ReadonlyMap<string, number>): NamelessFile => {
  const meant = Object.keys(config).find((key) => nearestName(key, ['name']) !== undefined)
  const line = meant === undefined ? undefined : lines.get(meant)
  const hint =
    meant === undefined
      ? ''
      : `; did you mean 'name' instead of '${meant}'${line === undefined ? '' : ` (line ${line})`}?`
  const error = new ConfigFileError(path, [{ message: missingName(path) + hint }])
  return { name: null, config, lines, error }
}

const isScalar = (node: JsonNode): node is JsonScalar => node.kind !== 'object' && node.kind !== 'array'

/** The text a JSON value becomes; null for none and for `null`. Objects and arrays have none either. */
const textOf = (node: JsonNode | undefined): string | null => (node && isScalar(node) ? node.text : null)

const lastOf = (object: JsonObject, key: string): JsonNode | undefined =>
  object.entries.findLast(([name]) => name === key)?.[1]

/** The object as a config if all its values are scalars, else the first entry that is none. */
const flatConfig = (
  object: JsonObject,
): { config: Record<string, string | null> } | { nested: string; node: JsonNode } => {
  const config: Record<string, string | null> = Object.create(null)
  for (const [key, node] of object.entries) {
    if (!isScalar(node)) return { nested: key, node }
    config[key] = node.text
  }
  return { config }
}

const linesOf = (object: JsonObject, text: string): ReadonlyMap<string, number> =>
  new Map(object.entries.map(([key, node]) => [key, positionOf(text, node.at).line]))

const duplicateKeys = (object: JsonObject, path: string): string[] => {
  const seen = new Set<string>()
  const twice = new Set<string>()
  for (const [key] of object.entries) (seen.has(key) ? twice : seen).add(key)
  return [...twice].map((key) => `${path}: '${key}' is set more than once; the last one counts`)
}

interface JsonFile {
  readonly path: string
  readonly text: string
  readonly object: JsonObject
  readonly warnings: readonly string[]
}

const at = (file: JsonFile, node: JsonNode): string => {
  const { line, column } = positionOf(file.text, node.at)
  return `line ${line}, column ${column}`
}

const describeNested = (file: JsonFile, key: string, node: JsonNode): string =>
  `'${key}' is an ${node.kind} (${at(file, node)}): a value is a string, a number, true, false or null` +
  (node.kind === 'array' ? '; write a list as one string, "a,b"' : '')

const unknownField = (path: string, field: string): string => {
  const meant = nearestName(field, REQUEST_FIELDS)
  return `${path}: '${field}' is ignored${meant ? `; did you mean '${meant}'?` : ` (known: ${REQUEST_FIELDS.join(', ')})`}`
}

const initialOffsets = (file: JsonFile): Pick<ConnectorFile, 'initialOffsets'> | { problem: string } => {
  const node = lastOf(file.object, 'initial_offsets')
  if (node === undefined || node.kind === 'null') return {}
  try {
    return { initialOffsets: offsetListOrAnswer(node, 'initial_offsets') }
  } catch (error) {
    return { problem: `initial_offsets (${at(file, node)}): ${error instanceof Error ? error.message : error}` }
  }
}

/** `{"name": ..., "config": {...}, "initial_state": ..., "initial_offsets": ...}`, or what keeps the object from being one. */
const createRequest = (file: JsonFile): ConnectorFile | NamelessFile | { problem: string } => {
  const { object, path } = file
  const body = lastOf(object, 'config')
  if (body?.kind !== 'object') {
    const [key, node] = object.entries.find(([, value]) => !isScalar(value))!
    return { problem: describeNested(file, key, node) }
  }
  const flat = flatConfig(body)
  if ('nested' in flat) return { problem: describeNested(file, flat.nested, flat.node) }
  const nameNode = lastOf(object, 'name')
  if (nameNode && !isScalar(nameNode)) return { problem: describeNested(file, 'name', nameNode) }
  const stateNode = lastOf(object, 'initial_state')
  const state = textOf(stateNode)
  const initialState = state === null ? 'STARTED' : INITIAL_STATES[state.toUpperCase()]
  if (stateNode && (!isScalar(stateNode) || initialState === undefined)) {
    return { problem: `initial_state (${at(file, stateNode)}) must be one of RUNNING, PAUSED, STOPPED, in any case` }
  }

  const offsets = initialOffsets(file)
  if ('problem' in offsets) return offsets

  const name = textOf(nameNode)
  const inner = flat.config['name']
  if (inner !== undefined && inner !== name) {
    const message = `Connector name configuration in 'config' doesn't match the one specified in 'name' at '${path}'`
    throw new ConfigFileError(path, [{ message }])
  }
  if (name === null) return nameless(path, flat.config, linesOf(body, file.text))
  flat.config['name'] = name
  const ignored = object.entries.map(([key]) => key).filter((key) => !REQUEST_FIELDS.includes(key))
  const warnings = [
    ...file.warnings,
    ...duplicateKeys(body, path),
    ...[...new Set(ignored)].map((key) => unknownField(path, key)),
  ]
  return {
    ...{ name, config: flat.config, warnings },
    initialState: initialState ?? 'STARTED',
    ...offsets,
    format: 'create-request',
    lines: linesOf(body, file.text),
  }
}

/** The connector a JSON text describes, or what is wrong with it. */
const fromJson = (path: string, bytes: Buffer): ConnectorFile | NamelessFile | { problem: string } => {
  let text: string
  let parsed: ReturnType<typeof parseJsonText>
  try {
    text = decodeJson(bytes)
    parsed = parseJsonText(text)
  } catch (error) {
    return {
      problem: error instanceof JsonTextError ? error.message : 'the bytes are not valid UTF-8, UTF-16 or UTF-32',
    }
  }
  const object = parsed.value
  if (object.kind !== 'object') return { problem: `it holds a JSON ${object.kind} where an object is expected` }
  const warnings = duplicateKeys(object, path)
  if (text.slice(parsed.end).trim() !== '') warnings.push(`${path}: what follows the first JSON value is ignored`)

  const flat = flatConfig(object)
  if ('nested' in flat) return createRequest({ path, text, object, warnings })
  const name = flat.config['name'] ?? null
  const lines = linesOf(object, text)
  if (name === null) return nameless(path, flat.config, lines)
  return { name, config: flat.config, initialState: 'STARTED', format: 'json', lines, warnings }
}

const looksLikeJson = (path: string, bytes: Buffer): boolean =>
  path.toLowerCase().endsWith('.json') || /^[\s\0\uFEFF\xFE\xFF]*[{[]/.test(decodeText(bytes).text)

/** Neither JSON nor properties: the JVM's text, and for what was meant to be JSON also what is wrong with that. */
const noConnector = (path: string, bytes: Buffer, problem: string): ConfigFileError => {
  const problems: ConfigFileProblem[] = [{ message: missingName(path) }]
  if (looksLikeJson(path, bytes)) problems.unshift({ message: `cannot be used as JSON: ${problem}` })
  return new ConfigFileError(path, problems)
}

/**
 * Reads a connector's file, whatever its extension: a flat JSON object, a JSON create request, or Java properties, tried in
 * this order.
 *
 * @throws ConfigFileError when it cannot be read or is none of the three, with the JVM's message where there is one
 */
export const readConnectorFile = (path: string): ConnectorFile => {
  const file = readConnectorFileOrNameless(path)
  if (file.name === null) throw file.error
  return file
}

/** The same, for whoever goes on with a file without a name. @throws ConfigFileError when it cannot be read or is none of the three */
export const readConnectorFileOrNameless = (path: string): ConnectorFile | NamelessFile => {
  const bytes = readBytes(path, 'connector configuration')
  const json = fromJson(path, bytes)
  if ('name' in json) return json

  let properties: PropertyFile
  try {
    properties = decodeProperties(bytes, path)
  } catch (error) {
    throw looksLikeJson(path, bytes) ? noConnector(path, bytes, json.problem) : error
  }
  const { values: config, lines, warnings } = properties
  const name = config['name']
  if (name === undefined) {
    if (looksLikeJson(path, bytes)) throw noConnector(path, bytes, json.problem)
    return nameless(path, config, lines)
  }
  return { name, config, initialState: 'STARTED', format: 'properties', lines, warnings }
}
