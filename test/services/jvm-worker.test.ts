import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openOffsetFile } from '../../src/storage/offset-file.ts'
import { withoutApachePrograms } from '../helpers/choose-broker.ts'
import { startJvmWorker } from '../helpers/jvm-worker.ts'
import { kafka } from '../helpers/kafka-server.ts'
import { freePort } from '../helpers/processes.ts'
import { temporaryDir } from '../helpers/services-dir.ts'

const skip = await withoutApachePrograms()

test('the JVM worker goes on from the offset file that we wrote, and we from the one that it wrote', {
  skip,
}, async (t) => {
  const server = await kafka()
  const folder = temporaryDir(t)
  const topic = await server.newTopic('jvm')
  const file = join(folder, 'in.txt')
  const offsetFile = join(folder, 'connect.offsets')
  const workerFile = join(folder, 'worker.properties')
  const connectorFile = join(folder, 'source.properties')
  mkdirSync(join(folder, 'plugins'))
  writeFileSync(file, 'one\ntwo\nthree\n')
  writeFileSync(
    workerFile,
    `bootstrap.servers=${server.bootstrap}
listeners=http://127.0.0.1:${await freePort()}
key.converter=org.apache.kafka.connect.storage.StringConverter
value.converter=org.apache.kafka.connect.storage.StringConverter
offset.storage.file.filename=${offsetFile}
offset.flush.interval.ms=500
plugin.path=${join(folder, 'plugins')}
`,
  )
  writeFileSync(connectorFile, `name=lines\nconnector.class=FileStreamSource\nfile=${file}\ntopic=${topic}\n`)
  const other = { connector: 'other', partition: { b: 1, a: 'x' }, offset: { id: 9007199254740993n, ratio: 0.5 } }
  await (await openOffsetFile(offsetFile)).set([
    { connector: 'lines', partition: { filename: file }, offset: { position: 4 } },
    other,
  ])

  const worker = await startJvmWorker({ workerFile, connectorFiles: [connectorFile] })
  try {
    const records = await server.consume(topic, { count: 2 })
    assert.deepEqual(
      records.map(({ value }) => value?.toString()),
      ['two', 'three'],
    )
  } finally {
    await worker.stop()
  }
  const warnings: string[] = []
  const offsets = await openOffsetFile(offsetFile, { warn: (message) => warnings.push(message) })
  assert.deepEqual(offsets.get('lines', { filename: file }), { position: 14 })
  assert.deepEqual(offsets.entries('other'), [other])
  assert.deepEqual(warnings, [])
})
