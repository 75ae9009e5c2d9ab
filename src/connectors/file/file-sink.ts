import { defineConfig } from '../../config/define.ts'
import { defineSink } from '../../plugin/connector.ts'
import { AppendedFile } from './appended-file.ts'
import { LineSink } from './line-sink.ts'
import { writeTo } from './stream-writer.ts'

const config = defineConfig({
  file: {
    type: 'string',
    default: null,
    importance: 'high',
    doc: 'File to append to, made if it is not there; standard output when not set.',
  },
  'file.fsync': {
    type: 'boolean',
    default: true,
    importance: 'low',
    internal: true,
    doc: 'Whether lines are forced to the disk before their offsets are committed. If not, they are with the operating system by then.',
  },
  'file.reopen': {
    type: 'boolean',
    default: false,
    importance: 'low',
    internal: true,
    doc: 'Whether to go on in a new file when the file got another name or was removed. If not, the old one is written on.',
  },
})

export const fileSink = defineSink({
  kind: 'sink',
  className: 'org.apache.kafka.connect.file.FileStreamSinkConnector',
  taskClassName: 'org.apache.kafka.connect.file.FileStreamSinkTask',
  version: '4.3.1',
  doc: 'Appends the values of records to a file, or to standard output, one a line.',
  config,

  tasks: (_settings, maxTasks, raw) => Array.from({ length: maxTasks }, () => raw),

  openTask: async (settings, context) => {
    const { file } = settings
    if (file === null || file === '') return new LineSink(writeTo(process.stdout, 'standard output'))
    const options = { fsync: settings['file.fsync'], reopen: settings['file.reopen'], log: context.log }
    return new LineSink(await AppendedFile.open(file, options))
  },

  alterOffsets: () => true,
})
