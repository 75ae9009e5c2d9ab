import { type BadInput, workerFile } from './bad-input.ts'

type Config = Readonly<Record<string, string | number | boolean | null | object>>

export const SOURCE = { name: 'lines', 'connector.class': 'FileStreamSource', file: 'from.txt', topic: 'lines' }
const SINK = { name: 'copy', 'connector.class': 'FileStreamSink', file: 'to.txt', topics: 'lines' }

export const row = (
  name: string,
  files: NonNullable<BadInput['files']>,
  says: BadInput['says'],
  worker: Readonly<Record<string, string>> = {},
): BadInput => ({
  name,
  files: { 'worker.properties': workerFile(worker), ...files },
  exit: 3,
  says,
})

export const source = (name: string, config: Config, says: BadInput['says'] = [], worker = {}): BadInput =>
  row(name, { 'source.json': JSON.stringify({ ...SOURCE, ...config }, null, 1) }, says, worker)
export const sink = (name: string, config: Config, says: BadInput['says'] = [], worker = {}): BadInput =>
  row(name, { 'sink.json': JSON.stringify({ ...SINK, ...config }, null, 1) }, says, worker)
