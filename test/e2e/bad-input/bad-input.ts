/** One thing a user can get wrong, and all that the program says to it. */
export interface BadInput {
  readonly name: string
  /** By name, in a folder of their own that is the program's working directory. */
  readonly files?: Readonly<Record<string, string | Buffer>>
  /** What a text file cannot do: makes folders, takes away rights. */
  readonly prepare?: (folder: string) => void
  /** Whoever may do everything, as root may, is not refused. */
  readonly needsRights?: boolean
  /** Default: `worker.properties` and then the other files of this row, in their order. */
  readonly args?: readonly string[]
  /** 1: the command line, 2: the worker, 3: a connector's file. */
  readonly exit: 1 | 2 | 3
  /** Every `error:` line, in order and without that word. FOLDER stands for the folder. */
  readonly says: readonly string[]
  /** What warnings of the log have to hold. */
  readonly warns?: readonly string[]
}

/** Takes the place of the address of a running broker; a row whose files do not speak of it needs none. */
export const BROKER = 'BROKER:9092'

/** A value that must not be shown anywhere. */
export const SECRET = 'hunter2-s3cret'

const STRING = 'org.apache.kafka.connect.storage.StringConverter'

/** The least that a worker needs, with more settings, or others, on top; null takes one away. */
export const workerFile = (settings: Readonly<Record<string, string | null>> = {}): string => {
  const all: Record<string, string | null> = {
    'bootstrap.servers': BROKER,
    'key.converter': STRING,
    'value.converter': STRING,
    'offset.storage.file.filename': 'connect.offsets',
    listeners: 'http://127.0.0.1:0',
    ...settings,
  }
  return Object.entries(all)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')
}

/** @param where the file, or nothing, as the program puts it before the message */
export const missing = (where: string, key: string): string =>
  `${where}Missing required configuration "${key}" which has no default value.`

/** Of a worker that sets none of the keys that it needs. */
export const nothingSet = (where: string): readonly string[] =>
  ['bootstrap.servers', 'key.converter', 'value.converter', 'offset.storage.file.filename'].map((key) =>
    missing(where, key),
  )
