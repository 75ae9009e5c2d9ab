import assert from 'node:assert/strict'
import { test } from 'node:test'
import { builtins, KAFKA_VERSION } from '../../src/cli/builtins.ts'

const TRANSFORMS = 'org.apache.kafka.connect.transforms'
const TWO_SIDED =
  'Cast ExtractField Flatten HeaderFrom HoistField InsertField MaskField ReplaceField SetSchemaMetadata TimestampConverter'
const ONE_SIDED = 'DropHeaders Filter InsertHeader RegexRouter TimestampRouter ValueToKey'

/** The plug-ins of Apache Kafka 4.3.1's own distribution that work without a second cluster. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  source: ['org.apache.kafka.connect.file.FileStreamSourceConnector'],
  sink: ['org.apache.kafka.connect.file.FileStreamSinkConnector'],
  converter: [
    ...['Boolean', 'ByteArray', 'Double', 'Float', 'Integer', 'Long', 'Short'].map(
      (type) => `org.apache.kafka.connect.converters.${type}Converter`,
    ),
    'org.apache.kafka.connect.json.JsonConverter',
    'org.apache.kafka.connect.storage.StringConverter',
  ],
  transformation: [
    ...TWO_SIDED.split(' ').flatMap((name) => [`${TRANSFORMS}.${name}$Key`, `${TRANSFORMS}.${name}$Value`]),
    ...ONE_SIDED.split(' ').map((name) => `${TRANSFORMS}.${name}`),
  ].sort(),
  predicate: ['HasHeaderKey', 'RecordIsTombstone', 'TopicNameMatches'].map(
    (name) => `${TRANSFORMS}.predicates.${name}`,
  ),
}

test("every plug-in of Connect's distribution is there", () => {
  const namesOf = (kind: string) =>
    builtins
      .filter((row) => row.kind === kind)
      .map((row) => row.className)
      .sort()
  for (const [kind, classes] of Object.entries(EXPECTED))
    assert.deepEqual(
      namesOf(kind).filter((name) => classes.includes(name)),
      classes,
    )
  assert.deepEqual(
    namesOf('header_converter'),
    [...(EXPECTED['converter'] ?? []), 'org.apache.kafka.connect.storage.SimpleHeaderConverter'].sort(),
  )
})

test('no plug-in is there twice', () => {
  const names = builtins.map((row) => `${row.kind} ${row.className} ${row.version}`)
  assert.deepEqual(names, [...new Set(names)])
})

for (const row of builtins) {
  test(`${row.kind} ${row.className} loads, and calls itself so`, async () => {
    const definition = (await row.load()) as { className: string; version?: string; config: object; doc: string }
    assert.equal(definition.className, row.className)
    assert.equal(row.version, definition.version ?? KAFKA_VERSION)
    assert.equal(typeof definition.config, 'object')
    assert.ok(definition.doc.length > 10)
  })
}
