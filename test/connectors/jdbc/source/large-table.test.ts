/** A table much larger than memory should be: read in bulk, row by row, without keeping it. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { confluentJdbcSource } from '../../../../src/connectors/jdbc/source/jdbc-sources.ts'
import { openSource } from '../../../helpers/fake-context.ts'
import { isSoak } from '../../../helpers/servers-used.ts'
import { closeServers, type Family, newTarget, type TargetKind } from '../targets.ts'

after(closeServers)

const KINDS: readonly (readonly [kind: TargetKind, rows: number])[] = isSoak()
  ? [
      ['postgres-18', 10_000_000],
      ['sqlite', 10_000_000],
      ['mariadb', 2_000_000],
      ['mysql-8', 2_000_000],
    ]
  : [
      ['postgres-18', 400_000],
      ['sqlite', 400_000],
      ['mariadb', 200_000],
      ['mysql-8', 200_000],
    ]

/** A name for each decimal digit that the numbers below `rows` have. */
const digits = (rows: number): string[] => Array.from(String(rows - 1), (_, index) => `d${index}`)

/** Rows are about 130 bytes of text, and several times that as records: kept, they would be gigabytes. */
const FILL: Readonly<Record<Family, (rows: number) => string>> = {
  postgres: (rows) =>
    `CREATE UNLOGGED TABLE large (id bigint NOT NULL, name varchar(40), email varchar(80), price numeric(12,2), ratio double precision, seen timestamp, active boolean);
     INSERT INTO large SELECT n, 'name ' || n, 'someone.' || n || '@example.org', n % 100000 / 100.0, n / 3.0, timestamp '2024-01-01' + n * interval '1 second', n % 2 = 0 FROM generate_series(1, ${rows}) n`,
  mysql: (rows) =>
    `SET SESSION sql_log_bin = 0;
     CREATE TABLE digits (d int); INSERT INTO digits VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9);
     CREATE TABLE large (id bigint NOT NULL, name varchar(40), email varchar(80), price decimal(12,2), ratio double, seen datetime, active tinyint(1)) ENGINE=InnoDB;
     INSERT INTO large SELECT n, concat('name ', n), concat('someone.', n, '@example.org'), n % 100000 / 100.0, n / 3e0, timestamp '2024-01-01 00:00:00' + interval n second, n % 2 = 0
     FROM (SELECT 1 + ${digits(rows)
       .map((d, power) => `${d}.d * ${10 ** power}`)
       .join(' + ')} AS n FROM ${digits(rows)
       .map((d) => `digits ${d}`)
       .join(', ')}) numbers WHERE n <= ${rows};
     DROP TABLE digits`,
  sqlite: (rows) =>
    `CREATE TABLE large (id bigint NOT NULL, name varchar(40), email varchar(80), price double, ratio double, seen datetime, active boolean);
     WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < ${rows})
     INSERT INTO large SELECT n, 'name ' || n, 'someone.' || n || '@example.org', n % 100000 / 100.0, n / 3.0, datetime(1704067200 + n, 'unixepoch'), n % 2 FROM series`,
}

const MB = 2 ** 20
const SAMPLES = 20
/** What a heap that is collected when it pleases may differ by; all rows would be several times that. */
const RESIDENT_SLACK_MB = 96
const LIVE_SLACK_MB = 16

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** What is left when all that is not used any more has been let go. */
const liveMb = (): number => {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return Math.round((heapUsed + external) / MB)
}

for (const [kind, rows] of KINDS) {
  test(`${kind}: ${rows} rows are read in bulk, each once, in memory that does not grow`, {
    timeout: isSoak() ? 1_800_000 : 230_000,
  }, async (t) => {
    const target = await newTarget(t, kind)
    if (target === undefined) return
    await target.run(FILL[target.family](rows))
    const source = await openSource(confluentJdbcSource, {
      ...target.connection,
      mode: 'bulk',
      'table.whitelist': 'large',
      'topic.prefix': 'x-',
      'poll.interval.ms': '3600000',
    })
    t.after(source.stop)
    const resident: number[] = []
    const live: number[] = []
    let count = 0
    let sum = 0
    const began = performance.now()
    while (count < rows) {
      const records = (await source.task.poll()) ?? []
      for (const { value } of records) sum += Number((value as { id: bigint }).id)
      count += records.length
      if (count >= (rows / SAMPLES) * (resident.length + 1)) {
        resident.push(Math.round(process.memoryUsage.rss() / MB))
        live.push(liveMb())
      }
      if (records.length === 0) assert.deepEqual(source.log.messages('error'), [])
    }
    const seconds = ((performance.now() - began) / 1000).toFixed(1)
    t.diagnostic(
      `${kind}: ${rows} rows in ${seconds} s; resident MB at each twentieth: ${resident.join(' ')}; in use: ${live.join(' ')}`,
    )
    assert.equal(count, rows)
    assert.equal(sum, (rows * (rows + 1)) / 2)
    // The first quarter fills pools and young generations; after it there is nothing more to fill
    assertFlat('in use', live, LIVE_SLACK_MB)
    assertFlat('resident', resident, RESIDENT_SLACK_MB)
  })
}

const assertFlat = (what: string, samples: readonly number[], slack: number): void => {
  const early = Math.max(...samples.slice(0, SAMPLES / 4))
  const late = Math.max(...samples.slice(SAMPLES / 4))
  assert.ok(late <= early + slack, `${what}: ${early} MB, later ${late} MB: ${samples.join(' ')}`)
}
