import { closeSync, existsSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'

export interface InputFile {
  readonly path: string
  readonly lines: number
  /** Of the whole file, line ends included. */
  readonly bytes: number
}

const FILLER = 'The quick brown fox jumps over the lazy dog, 1234567890 times a day; then it rests. '

/** Lines of `width` bytes (and a line end), each another: its number, then text. Written once per folder. */
export const textLines = (folder: string, lines: number, width: number): InputFile => {
  const filler = FILLER.repeat(Math.ceil(width / FILLER.length)).slice(0, Math.max(0, width - 10))
  return write(folder, `text-${width}-${lines}`, lines, (index) => `${numbered(index)}${filler}`.slice(-width))
}

const ENVELOPE_SCHEMA = JSON.stringify({
  type: 'struct',
  fields: [
    { type: 'int64', optional: false, field: 'id' },
    { type: 'string', optional: false, field: 'name' },
    { type: 'double', optional: false, field: 'amount' },
    { type: 'boolean', optional: true, field: 'active' },
  ],
  optional: false,
  name: 'bench.Order',
})

/** JSON with its schema, as JsonConverter writes it: structs of four fields, all lines equally long. */
export const structLines = (folder: string, lines: number): InputFile =>
  write(
    folder,
    `structs-${lines}`,
    lines,
    (index) =>
      `{"schema":${ENVELOPE_SCHEMA},"payload":{"id":${1_000_000_000 + index},"name":"customer ${numbered(index)}",` +
      `"amount":${1000 + (index % 9000)}.25,"active":true}}`,
  )

const numbered = (index: number): string => String(index).padStart(10, '0')

const LINES_AT_ONCE = 10_000

const write = (folder: string, name: string, lines: number, lineOf: (index: number) => string): InputFile => {
  const path = join(folder, `${name}.txt`)
  const bytes = (Buffer.byteLength(lineOf(0)) + 1) * lines
  if (existsSync(path)) return { path, lines, bytes }
  const file = openSync(path, 'wx')
  try {
    for (let at = 0; at < lines; at += LINES_AT_ONCE) {
      let text = ''
      for (let index = at; index < Math.min(lines, at + LINES_AT_ONCE); index++) text += `${lineOf(index)}\n`
      writeSync(file, text)
    }
  } finally {
    closeSync(file)
  }
  return { path, lines, bytes }
}
