import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigFileError } from '../../src/config/config-file-error.ts'

test('the message has one line per problem, with file, line and key where they are known', () => {
  const error = new ConfigFileError('w.properties', [
    { message: 'it is empty' },
    { line: 3, message: 'it is broken' },
    { key: 'tasks.max', message: 'it is too large' },
    { key: 'tasks.max', line: 4, message: 'it is too large' },
  ])
  assert.equal(
    error.message,
    [
      'w.properties: it is empty',
      'w.properties:3: it is broken',
      'w.properties: tasks.max: it is too large',
      'w.properties:4: tasks.max: it is too large',
    ].join('\n'),
  )
  assert.equal(error.name, 'ConfigFileError')
  assert.equal(error.file, 'w.properties')
  assert.equal(error.problems.length, 4)
})

test('a message that names key or file itself is not given them twice', () => {
  const problems = [
    { key: 'tasks.max', line: 4, message: 'Invalid value x for configuration tasks.max: Not a number of type INT' },
    { message: "Connector configuration at 'c.json' is missing the mandatory 'name' configuration" },
  ]
  assert.equal(
    new ConfigFileError('c.json', problems).message,
    `c.json:4: ${problems[0]?.message}\n${problems[1]?.message}`,
  )
})
