import { realpath } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { isPlainObject, TypedNumber } from '../data/values.ts'
import { coalesce } from './coalesce.ts'
import { type JavaMapEntry, writeJavaMap } from './java-map-file.ts'
import { loadOffsetFile, OffsetFileError, type OffsetFileLog } from './load-offset-file.ts'
import { contentKey, fieldsToJson, parseExactJson, type StoredFields, stringToJson } from './offset-json.ts'
import { codeOf, replaceFile } from './replace-file.ts'

export interface OffsetEntry {
  readonly connector: string
  /** Null: the source has no partitions. */
  readonly partition: StoredFields | null
  readonly offset: StoredFields
}

export interface OffsetChange {
  readonly connector: string
  readonly partition: StoredFields | null
  /** Null removes the offset. */
  readonly offset: StoredFields | null
}

/** The offsets of all source connectors, kept in memory and in one file that the JVM worker can read and write as well. */
export interface OffsetFile {
  /** The file in full, symbolic links resolved. */
  readonly path: string
  /**
   * The offset last handed to {@link set} or stored in the file. Partitions are compared by content: the order of fields
   * and the type of a number do not count. Integers are numbers, beyond 2^53 bigints.
   */
  get(connector: string, partition: StoredFields | null): StoredFields | undefined
  /** All offsets of one connector, or of all, in the order of the file. A double such as `1.0` is a `TypedNumber` here. */
  entries(connector?: string): OffsetEntry[]
  /**
   * Stores offsets: resolves when they are on disk, at once when they already are. Calls that come while the file is being
   * written share the next write.
   *
   * @throws DataError when a partition or offset has values that are not primitive; nothing is stored then
   * @throws OffsetFileError when the file cannot be written; the offsets go along with the next attempt
   */
  set(changes: readonly OffsetChange[]): Promise<void>
}

/** A key or a value keeps its bytes until it changes, so that the JVM, which looks keys up by their bytes, finds them. */
interface StoredEntry {
  readonly key: Buffer | null
  value: Buffer | null
  /** Undefined: not a key of ours, only kept. */
  readonly parsed: { readonly connector: string; readonly partition: StoredFields | null } | undefined
}

/**
 * Opens an offset file (`offset.storage.file.filename`). A missing file has no offsets. A damaged one is set aside as
 * `<file>.damaged-<time>` and reported; the copy from before the last write (`<file>.bak`) takes its place if it is good.
 *
 * @throws OffsetFileError when the file is there and cannot be read, or cannot be set aside
 */
export const openOffsetFile = async (file: string, log: OffsetFileLog = SILENT): Promise<OffsetFile> => {
  const path = await realpath(file).catch(() => resolve(file))
  const entries = (await loadOffsetFile(path, log)).map((entry) => storedEntry(entry, path, log))
  const byContent = new Map<string, StoredEntry[]>()
  for (const entry of entries) {
    if (entry.parsed === undefined) continue
    const content = contentKey(entry.parsed.connector, entry.parsed.partition)
    const same = byContent.get(content)
    if (same === undefined) byContent.set(content, [entry])
    else same.push(entry)
  }
  const write = createWriter(path, log)
  const save = coalesce(() => write(writeJavaMap(entries)))
  let changed = 0
  let stored = 0

  return {
    path,
    get(connector, partition) {
      const found = byContent.get(contentKey(connector, partition))?.find(({ value }) => value !== null)
      const offset = found && parseOffset(found, path, log)
      return offset && withPlainNumbers(offset)
    },
    entries(connector) {
      const found: OffsetEntry[] = []
      for (const entry of entries) {
        if (entry.parsed === undefined || (connector !== undefined && entry.parsed.connector !== connector)) continue
        const offset = parseOffset(entry, path, log)
        if (offset !== undefined) found.push({ ...entry.parsed, offset })
      }
      return found
    },
    async set(changes) {
      // Encoded as a whole before anything changes: one bad offset leaves no half of a commit behind.
      const encoded = changes.map(({ connector, partition, offset }) => ({
        content: contentKey(connector, partition),
        key: keyBytes(connector, partition),
        value: offset === null ? null : Buffer.from(fieldsToJson(offset)),
      }))
      for (const { content, key, value } of encoded) {
        const same = byContent.get(content)
        if (same === undefined) {
          if (value === null) continue
          const entry = { key, value, parsed: parseKey(key) }
          entries.push(entry)
          byContent.set(content, [entry])
          changed++
        } else {
          // The JVM can have stored one partition under two orders of its fields: whichever it looks up is right.
          for (const entry of same) {
            if (sameBytes(entry.value, value)) continue
            entry.value = value
            changed++
          }
        }
      }
      if (stored === changed) return
      const target = changed
      await save()
      stored = Math.max(stored, target)
    },
  }
}

const SILENT: OffsetFileLog = { warn: () => undefined }

const sameBytes = (a: Buffer | null, b: Buffer | null): boolean => (a === null || b === null ? a === b : a.equals(b))

const keyBytes = (connector: string, partition: StoredFields | null): Buffer =>
  Buffer.from(`[${stringToJson(connector)},${partition === null ? 'null' : fieldsToJson(partition)}]`)

const createWriter = (path: string, log: OffsetFileLog) => {
  let warned = false
  return async (content: Buffer): Promise<void> => {
    try {
      const replaced = await replaceFile(path, content, { keepOld: true })
      if (replaced.atomic || warned) return
      warned = true
      log.warn(`Offset file ${path} is rewritten in place, so a crash can damage it: ${replaced.reason}`)
    } catch (error) {
      const reason =
        codeOf(error) === 'ENOENT'
          ? `its folder ${dirname(path)} does not exist`
          : error instanceof Error
            ? error.message
            : String(error)
      throw new OffsetFileError(`Offsets cannot be written to ${path}: ${reason}`, { cause: error })
    }
  }
}

const storedEntry = ({ key, value }: JavaMapEntry, path: string, log: OffsetFileLog): StoredEntry => {
  const parsed = parseKey(key)
  if (parsed === undefined) {
    const text = key === null ? 'null' : JSON.stringify(key.toString())
    log.warn(`Offset file ${path} has a key that is not ["connector",{partition}]; it is kept but not used: ${text}`)
  }
  return { key, value, parsed }
}

const parseKey = (key: Buffer | null): StoredEntry['parsed'] => {
  const list = key === null ? undefined : parseOrUndefined(key)
  if (!Array.isArray(list) || list.length !== 2) return undefined
  const [connector, partition]: unknown[] = list
  if (typeof connector !== 'string' || (partition !== null && !isPlainObject(partition))) return undefined
  return { connector, partition }
}

const parseOffset = ({ parsed, value }: StoredEntry, path: string, log: OffsetFileLog): StoredFields | undefined => {
  if (value === null) return undefined
  const offset = parseOrUndefined(value)
  if (isPlainObject(offset)) return offset
  log.warn(
    `Offset file ${path}: the offset of connector ${parsed?.connector} is not a JSON object and is not used: ` +
      JSON.stringify(value.toString()),
  )
  return undefined
}

const parseOrUndefined = (json: Buffer): unknown => {
  try {
    return parseExactJson(json.toString())
  } catch {
    return undefined
  }
}

const withPlainNumbers = (fields: StoredFields): StoredFields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value instanceof TypedNumber ? Number(value.value) : value]),
  )
