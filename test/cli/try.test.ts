import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { runProgram } from '../helpers/processes.ts'
import { temporaryDir } from '../helpers/services-dir.ts'

const START = join(import.meta.dirname, 'start-main.ts')

const WORKER = `
bootstrap.servers=127.0.0.1:1
key.converter=org.apache.kafka.connect.storage.StringConverter
value.converter=org.apache.kafka.connect.json.JsonConverter
value.converter.schemas.enable=false
offset.storage.file.filename=unused
`
const SOURCE = `
name=lines
connector.class=FileStreamSource
file=unused
topic=lines
transforms=wrap,env,route
transforms.wrap.type=org.apache.kafka.connect.transforms.HoistField$Value
transforms.wrap.field=line
transforms.env.type=org.apache.kafka.connect.transforms.InsertField$Value
transforms.env.static.field=env
transforms.env.static.value=prod
transforms.env.predicate=marked
transforms.route.type=org.apache.kafka.connect.transforms.RegexRouter
transforms.route.regex=(.*)
transforms.route.replacement=app-$1
predicates=marked
predicates.marked.type=org.apache.kafka.connect.transforms.predicates.HasHeaderKey
predicates.marked.name=mark
`
const SINK = `
name=numbers
connector.class=FileStreamSink
file=unused
topics=numbers
transforms=cast
transforms.cast.type=org.apache.kafka.connect.transforms.Cast$Value
transforms.cast.spec=a:int8
`

/** Runs the command in a folder with these files; `input` is its standard input. */
const tryIt = async (t: TestContext, files: Record<string, string>, args: readonly string[], input = '') => {
  const folder = temporaryDir(t)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const command = ['--import', import.meta.resolve('tsx'), START, 'try', ...args]
  const { code, stdout, stderr } = await runProgram(process.execPath, command, {
    cwd: folder,
    input,
    timeoutMs: 60_000,
  })
  return { code, stdout, stderr, lines: stdout.split('\n').filter((line) => line !== '') }
}

const FILES = { 'worker.properties': WORKER, 'source.properties': SOURCE, 'sink.properties': SINK }
const base64 = (text: string): string => Buffer.from(text).toString('base64')

test('a record of a source goes through the transforms and then the converters', async (t) => {
  const record = {
    timestamp: 5,
    key: { schema: { type: 'int32', optional: false }, payload: 7 },
    value: { schema: null, payload: 'hello' },
    headers: [{ key: 'mark', schema: null, payload: { $int8: 1 } }],
  }
  const args = ['source.properties', '--worker', 'worker.properties', '--input', 'records.jsonl']
  const { code, stderr, lines } = await tryIt(t, { ...FILES, 'records.jsonl': `${JSON.stringify(record)}\n` }, args)
  assert.deepEqual([code, stderr], [0, ''])
  const text = '{"line":"hello","env":"prod"}'
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)),
    [
      {
        output: {
          ...{ topic: 'app-lines', partition: null, timestamp: 5 },
          key: { schema: { type: 'int32', optional: false }, payload: 7 },
          value: { schema: null, payload: { env: 'prod', line: 'hello' } },
          headers: [{ key: 'mark', schema: null, payload: { $int8: 1 } }],
        },
        written: {
          key: { bytes: base64('7'), bytesText: '7' },
          value: { bytes: base64(text), bytesText: text },
          headers: [{ key: 'mark', bytes: base64('1'), bytesText: '1' }],
        },
      },
    ],
  )
})

test('for FileStreamSource any other line is a line of the file, and --steps tells what each transform did', async (t) => {
  const args = ['source.properties', '--worker', 'worker.properties', '--steps']
  const { code, lines } = await tryIt(t, FILES, args, 'a line\n\n{"value":1}\n')
  assert.equal(code, 1)
  const [first, empty, wrong] = lines.map((line) => JSON.parse(line))
  assert.deepEqual(first.input.value, { schema: { type: 'string', optional: false }, payload: 'a line' })
  assert.deepEqual(
    first.steps.map(({ name, skipped, output }: Record<string, unknown>) => [
      name,
      skipped ?? false,
      output !== undefined,
    ]),
    [
      ['wrap', false, true],
      ['env', true, false],
      ['route', false, true],
    ],
  )
  assert.equal(first.written.value.bytesText, '{"line":"a line"}')
  assert.equal(empty.written.value.bytesText, '{"line":""}')
  assert.equal(
    `${wrong.error.line}: ${wrong.error.message}`,
    '3: value must be null or {"schema": ..., "payload": ...}; without a schema {"payload": ...} is enough',
  )
})

test('what a sink reads goes through the converters and then the transforms; one that fails gives exit code 1', async (t) => {
  const input = ['{"a":"7"}', '{"a":"x"}', '{"a"', '{"key":{"bytes":"aw=="},"value":null,"offset":3}']
  const args = ['sink.properties', '--worker', 'worker.properties']
  const { code, lines } = await tryIt(t, FILES, args, input.join('\n'))
  assert.equal(code, 1)
  const [fine, outOfRange, broken, tombstone] = lines.map((line) => JSON.parse(line))
  assert.deepEqual(fine.output.value, { schema: null, payload: { a: { $int8: 7 } } })
  assert.deepEqual(outOfRange.error, {
    line: 2,
    phase: 'apply',
    at: 'transforms.cast org.apache.kafka.connect.transforms.Cast$Value',
    class: 'org.apache.kafka.connect.errors.DataException',
    message: 'Value (x) was out of range for requested data type',
    causes: [{ class: 'java.lang.NumberFormatException', message: 'For input string: "x"' }],
  })
  assert.equal(broken.error.phase, 'convert')
  assert.equal(broken.error.at, 'value.converter org.apache.kafka.connect.json.JsonConverter')
  assert.deepEqual(
    [tombstone.output.offset, tombstone.output.key.payload, tombstone.output.value],
    [3, 'k', { schema: null, payload: null }],
  )
})

test('a record that is not what its schema says is refused, with line and field', async (t) => {
  const struct = { type: 'struct', fields: [{ type: 'int8', field: 'id' }], optional: false }
  const value = (schema: unknown, payload: unknown): string => JSON.stringify({ value: { schema, payload } })
  const input = [
    value(struct, { id: 5 }),
    value(struct, { id: 300 }),
    value(struct, { id: 1, name: 'x' }),
    value(struct, {}),
    value({ ...struct, fields: [{ type: 'int7', field: 'id' }] }, null),
    value(
      { type: 'map', keys: { type: 'string' }, values: { type: 'array', items: { type: 'bytes' } } },
      { a: ['AA=='] },
    ),
    value(null, [{ a: { $date: 'today' } }]),
    '{"value":null,"headers":[{"key":"h","schema":{"type":"boolean"},"payload":1}]}',
    value({ type: 'string' }, { $raw: 5 }),
    '{"val":1}',
  ]
  const files = { ...FILES, 'plain.properties': 'name=x\nconnector.class=FileStreamSink\nfile=unused\ntopics=x\n' }
  const args = ['plain.properties', '--worker', 'worker.properties']
  const { code, lines } = await tryIt(t, files, args, input.join('\n'))
  assert.equal(code, 1)
  const said = lines.map((line) => JSON.parse(line).error).map((error) => error && `${error.line} ${error.message}`)
  assert.deepEqual(said, [
    undefined,
    '2 value.payload.id: 300 is no int8',
    '3 value.payload.name: the schema has no such field; it has id',
    '4 value.payload.id: nothing, but the schema needs an int8',
    '5 value.schema.fields[0].type: "int7" is no type; accepted: int8, int16, int32, int64, float, double, boolean, string, bytes, array, map, struct',
    '6 value.payload.a[0]: "AA==" is no bytes, which is {"$bytes": base64}',
    '7 value.payload[0].a.$date: "today" is not milliseconds since 1970',
    '8 headers[0].payload: 1 is no boolean',
    undefined,
    undefined,
  ])
})

test('what a source has written can be given to a sink', async (t) => {
  const args = (file: string): string[] => [file, '--worker', 'worker.properties']
  const written = await tryIt(t, FILES, args('source.properties'), 'a line\n')
  const record = JSON.parse(written.lines[0]!).written
  const { code, lines } = await tryIt(t, FILES, args('sink.properties'), `${JSON.stringify(record)}\n`)
  assert.equal(code, 0)
  assert.deepEqual(JSON.parse(lines[0]!).output.value.payload, { a: null, line: 'a line' })
})

test('a table tells what changed at each step', async (t) => {
  const record = '{"timestamp":0,"value":{"schema":{"type":"string","optional":true},"payload":"hello"}}\n'
  const args = ['source.properties', '--worker', 'worker.properties', '--steps', '--output', 'table']
  const { code, stdout } = await tryIt(t, FILES, args, record)
  assert.equal(code, 0)
  assert.equal(
    stdout,
    `record 1
  in     topic      lines
         partition  null
         timestamp  0
         key        null
         value      "hello"  string?
  wrap   value      {"line":"hello"}  struct{line:string?}
  env               passed by: its predicate does not hold
  route  topic      app-lines
  out    topic      app-lines
         partition  null
         timestamp  0
         key        null
         value      {"line":"hello"}  struct{line:string?}
  bytes  key        null
         value      {"line":"hello"}
1 of 1 records went through, 0 failed
`,
  )
})

test('files that cannot be used are named, with exit code 3, and the secrets in them are not', async (t) => {
  const without = await tryIt(t, FILES, ['source.properties'])
  assert.deepEqual(
    [without.code, without.stderr],
    [
      3,
      "error: source.properties: key.converter is set neither here nor in a worker's file; give the worker's file with --worker\n",
    ],
  )
  const secret = `${SINK}database.password=hunter2\ntransforms.cast.replace.null.with.default=hunter2\n`
  const bad = await tryIt(t, { ...FILES, 'bad.properties': secret }, [
    'bad.properties',
    '--worker',
    'worker.properties',
  ])
  assert.equal(bad.code, 3)
  assert.match(
    bad.stderr,
    /^error: bad\.properties: Invalid value \S+ for configuration transforms\.cast\.replace\.null/,
  )
  assert.doesNotMatch(bad.stderr, /hunter2/)
  assert.equal((await tryIt(t, FILES, ['missing.properties'])).code, 3)
  assert.equal((await tryIt(t, FILES, ['sink.properties', '--worker', 'worker.properties', '--input', 'no'])).code, 1)
})
