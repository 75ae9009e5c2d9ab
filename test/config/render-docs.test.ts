import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineConfig } from '../../src/config/define.ts'
import { kebabCase, renderConnectorPage, renderSettingsPage } from '../../src/config/render-docs.ts'

const config = defineConfig({
  url: { type: 'string', importance: 'high', doc: 'Where to write to: `a|b`.' },
  'batch.size': { type: 'int', default: 10, importance: 'low', doc: 'Records of a request.', group: 'Speed' },
  tags: { type: 'list', default: [], importance: 'low', doc: 'Tags.', internal: true, group: 'Speed' },
  token: { type: 'password', default: null, importance: 'low', doc: 'Token.', group: 'Access' },
})

test('the page of a connector tells all its settings and ends with a file to start from', () => {
  const page = renderConnectorPage({
    name: 'HttpSink',
    className: 'org.x.HttpSinkConnector',
    kind: 'sink',
    doc: 'Posts records.',
    config,
  })
  assert.equal(
    page,
    `<!-- Generated from the definitions by \`npm run docs\`. Do not edit. -->

# HttpSink

Posts records.

\`connector.class=HttpSink\`, or in full \`org.x.HttpSinkConnector\`. A sink connector; see also the [settings of every connector](every-connector.md).

## Settings

| Setting | Type | Default | Importance | Meaning |
|---|---|---|---|---|
| \`url\` | string | **required** | high | Where to write to: \`a\\|b\`. |
| \`batch.size\` | int | \`10\` | low | Records of a request. |
| \`tags\` ¹ | list | empty | low | Tags. |
| \`token\` | password | not set | low | Token. |

¹ Not known to the JVM worker, and left out of the answers of the REST API.

## Sample file

\`\`\`properties
# Posts records.
name=my-http-sink
connector.class=HttpSink
tasks.max=1

# Topics to consume.
topics=my-topic

# Where to write to: \`a|b\`.
url=

# Records of a request.
#batch.size=10

# Tags.
#tags=

# Token.
#token=
\`\`\`
`,
  )
})

test('a page of settings has a table for each group', () => {
  const page = renderSettingsPage('Title', 'Words.', config)
  assert.deepEqual(
    page.split('\n').filter((line) => line.startsWith('#')),
    ['# Title', '## Other', '## Speed', '## Access'],
  )
})

test('names become file names', () => {
  assert.deepEqual(['FileStreamSource', 'JDBCSink', 'S3Sink'].map(kebabCase), [
    'file-stream-source',
    'jdbc-sink',
    's3-sink',
  ])
})
