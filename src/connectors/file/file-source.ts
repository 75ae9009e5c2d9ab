import { constants, openSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Socket } from 'node:net'
import { type ConfigOf, defineConfig, type RawConfig } from '../../config/define.ts'
import { nonEmpty } from '../../config/validators.ts'
import { defineSource, type SourceTask, type SourceTaskContext } from '../../plugin/connector.ts'
import { ConnectError } from '../../plugin/errors.ts'
import { compileFilePattern, namesManyFiles, shareOf } from './file-pattern.ts'
import { FileReader } from './file-reader.ts'
import { ChunkPool } from './line-buffer.ts'
import { isInteger } from './line-record.ts'
import { StreamReader } from './stream-reader.ts'
import { TailSet } from './tail-set.ts'

const config = defineConfig({
  file: {
    type: 'string',
    default: null,
    importance: 'high',
    doc:
      'File to read; standard input when not set. A glob such as /var/log/*.log, or a directory that ends with a slash, ' +
      'means all files that match now or later, shared out over the tasks. What is the name of a file is never a glob.',
  },
  topic: { type: 'string', validator: nonEmpty, importance: 'high', doc: 'Topic that the lines are written to.' },
  'batch.size': { type: 'int', default: 2000, importance: 'low', doc: 'Most lines that one poll returns.' },
  'file.watch': {
    type: 'boolean',
    default: true,
    importance: 'low',
    internal: true,
    doc: 'Whether changes are noticed at once by watching. If not, files are looked at each second, as they are on file systems that cannot be watched.',
  },
  'file.identity': {
    type: 'boolean',
    default: null,
    importance: 'low',
    internal: true,
    doc:
      'Whether each offset also tells the file (inode, hash of its first 256 bytes), so that a file that was rotated while ' +
      'the worker was down is read to its end and the new one from its start. When not set: for globs and directories only.',
  },
  'last.line.timeout.ms': {
    type: 'long',
    default: -1,
    importance: 'low',
    internal: true,
    doc: 'Milliseconds without growth after which a last line without line end becomes a record. Negative: it waits for its line end.',
  },
})
type Settings = ConfigOf<typeof config>

/** Names the task's share of many files, as `index/count`. Absent: one file. */
const SHARE = 'file.share'

export const fileSource = defineSource({
  kind: 'source',
  className: 'org.apache.kafka.connect.file.FileStreamSourceConnector',
  taskClassName: 'org.apache.kafka.connect.file.FileStreamSourceTask',
  version: '4.3.1',
  doc: 'Reads lines from a file, from many files or from standard input and writes each as a record.',
  config,

  tasks: async ({ file }, maxTasks, raw) => {
    if (file === null || file === '' || !(await namesManyFiles(file))) return [raw]
    return Array.from({ length: maxTasks }, (_, index) => ({ ...raw, [SHARE]: `${index}/${maxTasks}` }))
  },

  openTask: async (settings, context, raw) => {
    const { file } = settings
    if (file === null || file === '') return readStandardInput(settings, context)
    const share = /^(\d+)\/([1-9]\d*)$/.exec(raw[SHARE] ?? '')
    if (share !== null) return readManyFiles(file, Number(share[1]), Number(share[2]), settings, context)
    const stats = await stat(file).catch(() => undefined)
    return stats?.isFIFO() ? readNamedPipe(file, settings, context) : readOneFile(file, settings, context)
  },

  alterOffsets: (raw: RawConfig, offsets) => {
    if ((raw['file'] ?? '') === '') {
      throw new ConnectError(
        "Offsets cannot be modified if the 'file' configuration is unspecified. " +
          'This is because stdin is used for input and offsets are not tracked.',
      )
    }
    for (const [partition, offset] of offsets) {
      if (offset === null) continue
      if (!Object.hasOwn(offset, 'position')) {
        throw new ConnectError("Offset objects should either be null or contain the key 'position'")
      }
      const position = offset['position']
      if (!isInteger(position)) {
        throw new ConnectError("The value for the 'position' key in the offset is expected to be a Long value")
      }
      if (position < 0) {
        throw new ConnectError("The value for the 'position' key in the offset should be a non-negative value")
      }
      if (partition === null) throw new ConnectError('Partition objects cannot be null')
      if (!Object.hasOwn(partition, 'filename')) {
        throw new ConnectError("Partition objects should contain the key 'filename'")
      }
    }
    return true
  },
})

const mostOf = (settings: Settings): number => Math.max(1, settings['batch.size'])

const tailsOf = (
  list: () => Promise<readonly string[]>,
  withIdentity: boolean,
  settings: Settings,
  context: SourceTaskContext,
): TailSet =>
  new TailSet({
    tail: {
      topic: settings.topic,
      chunks: new ChunkPool(),
      log: context.log,
      lastLineTimeout: settings['last.line.timeout.ms'],
      withIdentity: settings['file.identity'] ?? withIdentity,
    },
    list,
    readOffset: context.readOffset,
  })

const readOneFile = (file: string, settings: Settings, context: SourceTaskContext): SourceTask =>
  new FileReader({
    most: mostOf(settings),
    tails: tailsOf(async () => [file], false, settings, context),
    many: false,
    watch: settings['file.watch'] ? { path: file, depth: 0, wants: () => true } : undefined,
    context,
  })

const readManyFiles = (
  file: string,
  index: number,
  count: number,
  settings: Settings,
  context: SourceTaskContext,
): SourceTask => {
  const pattern = compileFilePattern(file)
  const isOurs = (path: string): boolean => shareOf(path, count) === index
  return new FileReader({
    most: mostOf(settings),
    tails: tailsOf(async () => (await pattern.list()).filter(isOurs), true, settings, context),
    many: true,
    watch: settings['file.watch'] ? { path: pattern.base, depth: pattern.depth, wants: pattern.mayMatch } : undefined,
    context,
  })
}

const readStandardInput = (settings: Settings, context: SourceTaskContext): SourceTask => {
  const stream = process.stdin
  return new StreamReader({
    stream,
    name: 'standard input',
    partition: Object.freeze({ filename: null }),
    topic: settings.topic,
    most: mostOf(settings),
    // Another task may go on reading it. Until then it keeps the process alive no longer.
    letGo: () => stream.pause().unref?.(),
    context,
  })
}

const readNamedPipe = (file: string, settings: Settings, context: SourceTaskContext): SourceTask => {
  // Open for writing, too: so the pipe does not end when its last writer leaves.
  const stream = new Socket({
    fd: openSync(file, constants.O_RDWR | constants.O_NONBLOCK),
    readable: true,
    writable: false,
  })
  return new StreamReader({
    stream,
    name: file,
    partition: Object.freeze({ filename: file }),
    topic: settings.topic,
    most: mostOf(settings),
    letGo: () => stream.destroy(),
    context,
  })
}
