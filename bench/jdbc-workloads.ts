import { freshName } from './bench-run.ts'
import { type JdbcBench, type JdbcMeasurement, measureJdbc } from './jdbc-measure.ts'
import { createRows, distinctIds, idAt, type RowOrder } from './jdbc-rows.ts'
import { type Peer, writePeerFiles } from './peers.ts'

export interface JdbcSide {
  readonly label: string
  readonly peer: Peer
  run(bench: JdbcBench): Promise<Omit<JdbcMeasurement, 'side' | 'round'>>
}

export interface JdbcWorkload {
  readonly name: string
  readonly title: string
  /** What there is to say of the peer. */
  readonly remark?: string
  /** The rows/s that are aimed at. */
  readonly aim: number
  readonly sides: readonly JdbcSide[]
}

export const SOURCE_TABLE = 'source_rows'
/** What Apache's connect-standalone.properties names. */
const JSON_CONVERTER = {
  'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
  'value.converter.schemas.enable': true,
}

const runSource = async (bench: JdbcBench, rows: number, mode: object) => {
  const { cluster, database } = bench
  const prefix = `${freshName('jdbc')}-`
  const topic = prefix + SOURCE_TABLE
  await cluster.createTopic(topic, 1)
  const files = await writePeerFiles(bench.folder, cluster.bootstrap, JSON_CONVERTER, [
    {
      name: topic,
      'connector.class': 'io.confluent.connect.jdbc.JdbcSourceConnector',
      'tasks.max': 1,
      'connection.url': database.url,
      'connection.user': database.user,
      'table.whitelist': SOURCE_TABLE,
      'topic.prefix': prefix,
      'poll.interval.ms': 600_000,
      ...mode,
    },
  ])
  try {
    const count = (): Promise<number> => cluster.recordsIn(topic)
    return await measureJdbc(bench, 'ours', files, {
      rows,
      count,
      async check() {
        const found = await count()
        if (found !== rows) throw new Error(`${found} records arrived instead of ${rows}`)
      },
    })
  } finally {
    await cluster.deleteTopic(topic)
  }
}

interface SinkRun {
  readonly peer: Peer
  readonly topic: string
  readonly rows: number
  readonly order: RowOrder
  readonly settings: (table: string, database: JdbcBench['database']) => Record<string, string | number | boolean>
}

const PROBES = 400

const runSink = async (bench: JdbcBench, { peer, topic, rows, order, settings }: SinkRun) => {
  const { cluster, database } = bench
  const table = freshName('sink').replaceAll('-', '_')
  await database.run(createRows(table))
  const worker = { ...JSON_CONVERTER, ...(peer === 'jvm' ? { 'plugin.path': bench.plugins } : {}) }
  const connector = { name: table, 'tasks.max': 1, topics: topic, ...settings(table, database) }
  const files = await writePeerFiles(bench.folder, cluster.bootstrap, worker, [connector])
  // The table holds `seq` of the last record of each key: whether some records are in tells how far writing is
  const probes = Array.from({ length: PROBES }, (_, at) => Math.floor((rows * (at + 1)) / PROBES) - 1)
  const ids = probes.map((position) => idAt(position, order))
  let done = 0
  try {
    return await measureJdbc(bench, peer, files, {
      rows,
      async count() {
        const found = await database.rows(`SELECT id, seq FROM "${table}" WHERE id = ANY ($1)`, [ids.slice(done)])
        const seqs = new Map(found.map(([id, seq]) => [Number(id), Number(seq)]))
        while (done < PROBES && (seqs.get(ids[done]!) ?? -1) >= probes[done]!) done++
        return done === 0 ? 0 : probes[done - 1]! + 1
      },
      async check() {
        const [[count, last] = []] = await database.rows(`SELECT count(*)::int, max(seq) FROM "${table}"`)
        if (count === distinctIds(rows, order) && last === rows - 1) return
        throw new Error(`${table} has ${count} rows and ends with record ${last}`)
      },
    })
  } finally {
    await database.run(`DROP TABLE "${table}"`)
  }
}

/** Confluent's file, and Debezium's, which both workers get as it is. */
const confluent =
  (upsert: boolean): SinkRun['settings'] =>
  (table, { url, user }) => ({
    'connector.class': 'io.confluent.connect.jdbc.JdbcSinkConnector',
    'connection.url': url,
    'connection.user': user,
    'table.name.format': table,
    'insert.mode': upsert ? 'upsert' : 'insert',
    ...(upsert ? { 'pk.mode': 'record_value', 'pk.fields': 'id' } : {}),
  })

const debezium =
  (upsert: boolean): SinkRun['settings'] =>
  (table, { url, user }) => ({
    'connector.class': 'io.debezium.connector.jdbc.JdbcSinkConnector',
    'connection.url': url,
    'connection.username': user,
    'connection.password': 'none',
    'collection.name.format': table,
    'insert.mode': upsert ? 'upsert' : 'insert',
    ...(upsert ? { 'primary.key.mode': 'record_value', 'primary.key.fields': 'id' } : {}),
  })

export interface JdbcSizes {
  readonly sourceRows: number
  readonly sinkRows: number
  /** Filled, by the order of their rows. */
  readonly topics: Readonly<Record<RowOrder, string>>
}

const NO_PEER = 'ours alone: there is no genuine JDBC source on Maven Central'

export const jdbcWorkloads = ({ sourceRows, sinkRows, topics }: JdbcSizes): readonly JdbcWorkload[] => {
  const source = (mode: object): readonly JdbcSide[] => [
    { label: 'ours', peer: 'ours', run: (bench) => runSource(bench, sourceRows, mode) },
  ]
  const sink = (upsert: boolean): readonly JdbcSide[] => {
    const order = upsert ? 'mixed' : 'new'
    const side = (label: string, peer: Peer, settings: SinkRun['settings']): JdbcSide => ({
      label,
      peer,
      run: (bench) => runSink(bench, { peer, topic: topics[order], rows: sinkRows, order, settings }),
    })
    return [
      side("ours, Debezium's file", 'ours', debezium(upsert)),
      side('JVM, Debezium', 'jvm', debezium(upsert)),
      side("ours, Confluent's file", 'ours', confluent(upsert)),
    ]
  }
  const sourced = sourceRows.toLocaleString('en-US')
  const sunk = sinkRows.toLocaleString('en-US')
  return [
    {
      name: 'source-bulk',
      title: `JDBC source, bulk: ${sourced} rows of seven columns, JSON with schemas`,
      remark: NO_PEER,
      aim: 160_000,
      sides: source({ mode: 'bulk' }),
    },
    {
      name: 'source-incrementing',
      title: `JDBC source, incrementing: ${sourced} rows of seven columns, JSON with schemas`,
      remark: NO_PEER,
      aim: 160_000,
      sides: source({ mode: 'incrementing', 'incrementing.column.name': 'id' }),
    },
    {
      name: 'sink-insert',
      title: `JDBC sink, insert: ${sunk} rows of seven columns, JSON with schemas`,
      aim: 60_000,
      sides: sink(false),
    },
    {
      name: 'sink-upsert',
      title: `JDBC sink, upsert, half of them updates: ${sunk} rows of seven columns, JSON with schemas`,
      aim: 60_000,
      sides: sink(true),
    },
  ]
}
