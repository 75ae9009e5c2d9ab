import { open, readFile, realpath } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { parseJson } from '../data/parse-json.ts'
import { isPlainObject } from '../data/values.ts'
import type { OffsetFileLog } from './load-offset-file.ts'
import { removeLeftovers } from './remove-leftovers.ts'
import { backupOf, codeOf, replaceFile } from './replace-file.ts'
import { setAside } from './set-aside.ts'

/** What a user wanted of a connector when it was stored. */
export type StoredTarget = 'STARTED' | 'PAUSED' | 'STOPPED'

export interface StoredConnector {
  readonly name: string
  /** As it was given, variables and all. Null: the config is that of a file of the command line, only the state is kept. */
  readonly config: Readonly<Record<string, string | null>> | null
  readonly target: StoredTarget
}

/** The connectors that shall survive a restart (`config.storage.file.filename`), in memory and in one JSON file. */
export interface ConnectorStore {
  /** The file in full, symbolic links resolved. */
  readonly path: string
  /** In the order in which they were first stored. */
  entries(): readonly StoredConnector[]
  get(name: string): StoredConnector | undefined
  /** Resolves when it is on disk. @throws ConnectorStoreError when it cannot be written; nothing has changed then */
  put(connector: StoredConnector): Promise<void>
  /** As {@link put}; a name that is not there is fine. */
  remove(name: string): Promise<void>
}

/** The file cannot be read or written. `message` names the file and what is wrong; it never holds a value of a config. */
export class ConnectorStoreError extends Error {
  override readonly name = 'ConnectorStoreError'
}

/** Configs hold secrets: only the owner may read the file, whoever made it. */
const MODE = 0o600
const FORMAT = 1

/**
 * Opens the file; a missing one holds nothing. A damaged one is set aside as `FILE.damaged-TIME`, and the copy from before its
 * last change, `FILE.bak`, takes its place if that is good.
 *
 * @throws ConnectorStoreError when it is there and cannot be read or set aside, or when its folder cannot be written to
 */
export const openConnectorStore = async (file: string, log: OffsetFileLog): Promise<ConnectorStore> => {
  const path = await realpath(file).catch(() => resolve(file))
  await removeLeftovers(path)
  await requireFolder(path)
  let connectors = new Map((await load(path, log)).map((connector) => [connector.name, connector]))
  let last: Promise<unknown> = Promise.resolve()

  /** One after the other; what could not be written never counts. */
  const change = (edit: (next: Map<string, StoredConnector>) => boolean): Promise<void> => {
    const turn = last.then(async () => {
      const next = new Map(connectors)
      if (!edit(next)) return
      await write(path, [...next.values()])
      connectors = next
    })
    last = turn.catch(() => undefined)
    return turn
  }

  return {
    path,
    entries: () => [...connectors.values()],
    get: (name) => connectors.get(name),
    put: ({ name, target, config }) =>
      change((next) => {
        const connector = { name, target, config }
        if (JSON.stringify(next.get(name)) === JSON.stringify(connector)) return false
        next.set(name, connector)
        return true
      }),
    remove: (name) => change((next) => next.delete(name)),
  }
}

const requireFolder = async (path: string): Promise<void> => {
  try {
    await (await open(dirname(path), 'r')).close()
  } catch (error) {
    throw new ConnectorStoreError(`Its folder ${dirname(path)} cannot be opened: ${reasonOf(error)}`, { cause: error })
  }
}

const load = async (path: string, log: OffsetFileLog): Promise<readonly StoredConnector[]> => {
  const content = await read(path)
  if (content === undefined) return []
  const problem = damageOf(content)
  if (problem === undefined) return parse(content)
  // Nothing to look into: a file made by `touch`.
  if (content.trim() === '') return []

  const backup = await read(backupOf(path)).catch(() => undefined)
  const usable = backup !== undefined && damageOf(backup) === undefined ? backup : undefined
  const aside = await setAside(path, usable !== undefined).catch((error: unknown) => {
    throw new ConnectorStoreError(`It is damaged (${problem}) and cannot be set aside: ${reasonOf(error)}`, {
      cause: error,
    })
  })
  const damaged = `The stored connectors in ${path} are damaged: ${problem}. The file was set aside as ${aside}.`
  if (usable === undefined) {
    log.warn(`${damaged} No good copy was found: none of the connectors stored there is started.`)
    return []
  }
  const connectors = parse(usable)
  await write(path, connectors)
  log.warn(
    `${damaged} The copy from before its last change, ${backupOf(path)}, is used instead ` +
      `(${connectors.length} connectors): the last change is missing.`,
  )
  return connectors
}

const read = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw new ConnectorStoreError(`It cannot be read: ${reasonOf(error)}`, { cause: error })
  }
}

const write = async (path: string, connectors: readonly StoredConnector[]): Promise<void> => {
  const content = {
    version: FORMAT,
    connectors: connectors.map(({ name, target, config }) => ({ name, target, config })),
  }
  try {
    await replaceFile(path, Buffer.from(`${JSON.stringify(content, null, 2)}\n`), { keepOld: true, mode: MODE })
  } catch (error) {
    throw new ConnectorStoreError(`Connectors cannot be stored in ${path}: ${reasonOf(error)}`, { cause: error })
  }
}

/** What is wrong with the text, without any of it. */
const damageOf = (text: string): string | undefined => {
  let json: unknown
  try {
    json = parseJson(text)
  } catch {
    return 'it is not JSON'
  }
  if (!isPlainObject(json) || !Array.isArray(json['connectors'])) return 'it has no list "connectors"'
  if (json['version'] !== FORMAT) return `its "version" is not ${FORMAT}`
  const bad = json['connectors'].findIndex((each) => !isStored(each))
  return bad < 0
    ? undefined
    : `element ${bad + 1} of "connectors" is not a connector with "name", "target" and "config"`
}

const parse = (text: string): readonly StoredConnector[] =>
  (parseJson(text) as { readonly connectors: readonly StoredConnector[] }).connectors

const isStored = (json: unknown): json is StoredConnector =>
  isPlainObject(json) &&
  typeof json['name'] === 'string' &&
  ['STARTED', 'PAUSED', 'STOPPED'].includes(String(json['target'])) &&
  (json['config'] === null ||
    (isPlainObject(json['config']) &&
      Object.values(json['config']).every((value) => value === null || typeof value === 'string')))

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
