import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addLogLevel } from '../../src/cli/log-levels.ts'

test('levels are given for all, and for single loggers; the last one counts', () => {
  const first = addLogLevel('debug')
  assert.deepEqual(first, { root: 'debug', byName: new Map() })
  const second = addLogLevel('a=b=WARN', addLogLevel('kafka=TRACE', addLogLevel('root=OFF', first)))
  assert.deepEqual(second, {
    root: 'OFF',
    byName: new Map([
      ['kafka', 'TRACE'],
      ['a=b', 'WARN'],
    ]),
  })
})

test('what is no level is refused', () => {
  const known = 'Accepted: OFF, FATAL, ERROR, WARN, INFO, DEBUG, TRACE, ALL, each also as NAME=LEVEL'
  assert.throws(() => addLogLevel('loud'), { message: `'loud' is no level. ${known}` })
  assert.throws(() => addLogLevel('kafka='), { message: `'' is no level. ${known}` })
  assert.throws(() => addLogLevel('constructor'), { message: `'constructor' is no level. ${known}` })
  assert.throws(() => addLogLevel('=INFO'), {
    message: "the name before '=' is missing. Accepted: LEVEL or NAME=LEVEL",
  })
})
