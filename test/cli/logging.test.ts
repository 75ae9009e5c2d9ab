import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLogging, type LoggingOptions } from '../../src/cli/logging.ts'
import { ConfigError } from '../../src/plugin/errors.ts'

const OPTIONS: LoggingOptions = { format: 'text', level: 'INFO', levels: new Map(), mask: (text) => text }

/** Everything that is written to standard error meanwhile; times as TIME, places in files as PLACE. */
const written = (
  work: (logging: ReturnType<typeof createLogging>) => void,
  options: Partial<LoggingOptions> = {},
): string => {
  const { write } = process.stderr
  const { error } = console
  let text = ''
  process.stderr.write = (chunk: string | Uint8Array) => {
    text += chunk.toString()
    return true
  }
  console.error = (line: unknown) => {
    text += `${String(line)}\n`
  }
  try {
    work(createLogging({ ...OPTIONS, ...options }))
  } finally {
    process.stderr.write = write
    console.error = error
  }
  return text.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'TIME')
}

test('a line has time, level, context and message; that of the worker itself has no context', () => {
  const text = written((logging) => {
    logging.logFor('worker').info('started')
    logging.logFor('lines|task-0').warn('slow', { records: 3, offset: 7n })
    logging.logFor('kafka').error('broken')
  })
  assert.equal(
    text,
    'TIME INFO  started\nTIME WARN  [lines|task-0] slow {"records":3,"offset":"7"}\nTIME ERROR [kafka] broken\n',
  )
})

test('as JSON a line is an object', () => {
  const text = written(
    (logging) => {
      logging.logFor('lines|task-0').warn('two\nlines', { records: 3, offset: 7n })
      logging.logFor('worker').error('broken', { error: new ConfigError('no good', { cause: new Error('why') }) })
    },
    { format: 'json' },
  )
  const [first, second, ...rest] = text.trimEnd().split('\n')
  assert.deepEqual(rest, [])
  assert.equal(
    first,
    '{"time":"TIME","level":"WARN","context":"lines|task-0","message":"two\\nlines","records":3,"offset":"7"}',
  )
  const { stack, ...fields } = JSON.parse(second ?? '') as Record<string, string>
  assert.deepEqual(fields, {
    time: 'TIME',
    level: 'ERROR',
    context: 'worker',
    message: 'broken',
    error: 'no good: why',
  })
  assert.match(stack ?? '', /^ConfigException: no good\nCaused by: Error: why\n {4}at /)
})

test('an error is written with its frames and its causes; below an error line only', () => {
  const error = new Error('outer', { cause: new Error('inner', { cause: 'a text' }) })
  const text = written((logging) => {
    logging.logFor('worker').error('failed', { error })
    logging.logFor('worker').warn('failed', { error })
  })
  const lines = text.trimEnd().split('\n')
  const frames = lines.filter((line) => line.startsWith('    at '))
  assert.ok(frames.length > 2)
  assert.deepEqual(
    lines.filter((line) => !line.startsWith('    at ')),
    [
      'TIME ERROR failed',
      'Error: outer',
      'Caused by: Error: inner',
      'Caused by: a text',
      'TIME WARN  failed: outer: inner: a text',
    ],
  )
})

test("an error of somebody's config is written without frames", () => {
  const text = written((logging) =>
    logging.logFor('a|worker').error('failed', { error: new ConfigError('file: is missing') }),
  )
  assert.equal(text, 'TIME ERROR [a|worker] failed\nConfigException: file: is missing\n')
})

test('what was thrown and is no error, and causes that go round in a circle, are written as well', () => {
  const round = new ConfigError('round')
  round.cause = round
  const text = written((logging) => {
    logging.logFor('worker').error('a', { error: 'text' })
    logging.logFor('worker').warn('b', { error: null })
    logging.logFor('worker').warn('c', { error: undefined })
    logging.logFor('worker').warn('d', { error: round })
  })
  assert.equal(text, 'TIME ERROR a\ntext\nTIME WARN  b: null\nTIME WARN  c\nTIME WARN  d: round\n')
})

test('levels are those of the logger, else that of all; both can be changed', () => {
  const text = written(
    (logging) => {
      const lines = logging.logFor('lines|task-0')
      const kafka = logging.logFor('kafka')
      lines.debug('1')
      kafka.info('not written')
      assert.ok(lines.isEnabled('debug'))
      assert.ok(!lines.isEnabled('trace'))
      assert.equal(logging.level('lines'), 'DEBUG')
      assert.equal(logging.level('other'), 'WARN')
      logging.setLevel('lines', 'off')
      lines.error('not written')
      logging.setLevel('root', 'TRACE')
      kafka.trace('2')
      assert.equal(logging.level('root'), 'TRACE')
      assert.equal(logging.level('lines'), 'OFF')
    },
    { level: 'warn', levels: new Map([['lines', 'DEBUG']]) },
  )
  assert.equal(text, 'TIME DEBUG [lines|task-0] 1\nTIME TRACE [kafka] 2\n')
})

test('secrets are replaced wherever they stand, in both formats', () => {
  for (const format of ['text', 'json'] as const) {
    const text = written(
      (logging) => {
        const error = new Error('hunter2 was refused', { cause: new Error('hunter2') })
        logging.logFor('hunter2|task-0').error('hunter2', { user: 'hunter2', error })
      },
      { format, mask: (line) => line.replaceAll('hunter2', '[hidden]') },
    )
    assert.ok(!text.includes('hunter2'), text)
    assert.ok(text.includes('[hidden]'))
  }
})
