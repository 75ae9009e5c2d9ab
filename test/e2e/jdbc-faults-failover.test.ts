/** The JDBC connectors go on with the next host of their URL when a genuine server dies. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { confluentJdbcSource } from '../../src/connectors/jdbc/source/jdbc-sources.ts'
import { startDatabase } from '../helpers/databases.ts'
import { openSource, pollUntil } from '../helpers/fake-context.ts'
import { counted, missing, putUntilTaken, rows, sinkTo } from './jdbc-faults.ts'

for (const kind of ['postgres-18', 'mariadb'] as const) {
  test(`when a ${kind} server dies, source and sink go on with the next host of the URL`, async (t) => {
    if (await missing(t, kind)) return
    const [one, two] = await Promise.all([startDatabase(kind), startDatabase(kind)])
    t.after(() => Promise.all([one.close(), two.close()]))
    const [first, second] = await Promise.all([one.createDatabase('both'), two.createDatabase('both')])
    const scheme = kind === 'mariadb' ? 'mariadb' : 'postgresql'
    const target = kind === 'mariadb' ? '' : '?targetServerType=primary'
    const url = `jdbc:${scheme}://127.0.0.1:${one.port},127.0.0.1:${two.port}/both${target}`
    const insert = (from: number, to: number): string =>
      `INSERT INTO s VALUES ${Array.from({ length: to - from }, (_, index) => `(${from + index})`).join(',')}`
    for (const db of [first, second]) {
      await db.run('CREATE TABLE s (id bigint NOT NULL PRIMARY KEY)')
      await db.run(insert(1, 101))
    }
    await second.run(insert(101, 201))

    const source = await openSource(confluentJdbcSource, {
      'connection.url': url,
      'connection.user': first.user,
      'connection.attempts': '1',
      mode: 'incrementing',
      'incrementing.column.name': 'id',
      'topic.prefix': 'x-',
      'table.whitelist': 's',
      'poll.interval.ms': '50',
    })
    t.after(() => source.stop())
    const sink = await sinkTo(t, url, first.user, { 'max.retries': '100', 'retry.backoff.ms': '50' })
    const ids = async (count: number): Promise<number[]> =>
      (await pollUntil(source.task, { records: count, within: 60_000 })).map(({ value }) =>
        Number((value as { id: bigint }).id),
      )
    assert.deepEqual(
      await ids(100),
      Array.from({ length: 100 }, (_, index) => index + 1),
    )
    await putUntilTaken(sink.task, rows(0, 50))
    assert.deepEqual(await counted(first), [50, 50, 49])

    await one.kill()
    assert.deepEqual(
      await ids(100),
      Array.from({ length: 100 }, (_, index) => index + 101),
    )
    await putUntilTaken(sink.task, rows(50, 80))
    assert.deepEqual(await counted(second), [30, 30, 79])
  })
}
