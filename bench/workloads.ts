import type { Settings } from '../test/helpers/our-worker.ts'
import type { BenchRun, TopicLayout, Workload } from './bench-run.ts'
import { runIdle } from './idle.ts'
import { structLines, textLines } from './input-files.ts'
import { runLatency } from './latency.ts'
import { A1, A2, JVM, OURS, type Side } from './peers.ts'
import { runSink, runSource } from './throughput.ts'

const MILLION = 1_000_000
const BOTH = [OURS, JVM]
const CONTROL = [A1, A2]

const JSON_CONVERTER = 'org.apache.kafka.connect.json.JsonConverter'
const TRANSFORMS = 'org.apache.kafka.connect.transforms'

/** JSON with schemas, one field made of the line and two added. */
export const JSON_AND_THREE_TRANSFORMS: Settings = {
  'value.converter': JSON_CONVERTER,
  'value.converter.schemas.enable': true,
  transforms: 'hoist,origin,time',
  'transforms.hoist.type': `${TRANSFORMS}.HoistField$Value`,
  'transforms.hoist.field': 'line',
  'transforms.origin.type': `${TRANSFORMS}.InsertField$Value`,
  'transforms.origin.static.field': 'origin',
  'transforms.origin.static.value': 'bench',
  'transforms.time.type': `${TRANSFORMS}.InsertField$Value`,
  'transforms.time.timestamp.field': 'read_at',
}

const KEYS_AND_HEADERS: Settings = {
  'key.converter': JSON_CONVERTER,
  'key.converter.schemas.enable': false,
  'value.converter': JSON_CONVERTER,
  'value.converter.schemas.enable': false,
  transforms: 'hoist,key,copy,fixed',
  'transforms.hoist.type': `${TRANSFORMS}.HoistField$Value`,
  'transforms.hoist.field': 'line',
  'transforms.key.type': `${TRANSFORMS}.ValueToKey`,
  'transforms.key.fields': 'line',
  'transforms.copy.type': `${TRANSFORMS}.HeaderFrom$Value`,
  'transforms.copy.fields': 'line',
  'transforms.copy.headers': 'line',
  'transforms.copy.operation': 'copy',
  'transforms.fixed.type': `${TRANSFORMS}.InsertHeader`,
  'transforms.fixed.header': 'origin',
  'transforms.fixed.value.literal': 'bench',
}

/** Records for each side, so that both work for some seconds: neither only warms up, nobody waits for minutes. */
interface Counts {
  readonly ours: number
  readonly jvm: number
}

const recordsOf = ({ ours, jvm }: Counts, bench: BenchRun, side: Side) => {
  const all = bench.scaled(side.peer === 'ours' ? ours : jvm)
  return { all, shared: bench.scaled(Math.min(ours, jvm)) }
}

interface SourceSpec {
  readonly records: Counts
  readonly width: number
  readonly connectors?: number
  readonly partitions?: number
  readonly settings?: Settings
}

const source =
  ({ records, width, connectors = 1, partitions = 1, settings = {} }: SourceSpec) =>
  (bench: BenchRun, side: Side) => {
    const { all, shared } = recordsOf(records, bench, side)
    // One file serves all: each connector reads it for itself.
    const input = textLines(bench.folder, Math.round(all / connectors), width)
    const inputs = Array.from({ length: connectors }, () => input)
    return runSource(bench, side, { inputs, partitions, settings, shared: Math.min(shared, input.lines * connectors) })
  }

const SINK_RECORDS: Counts = { ours: 3 * MILLION, jvm: MILLION }

const sinkOfText =
  (records: Counts = SINK_RECORDS, layout: TopicLayout = { topics: 1, partitions: 1 }) =>
  async (bench: BenchRun, side: Side) => {
    const { all, shared } = recordsOf(records, bench, side)
    const input = textLines(bench.folder, all, 85)
    const topics = await bench.filledTopics(`text-${all}-${layout.topics}-${layout.partitions}`, input, layout)
    return runSink(bench, side, { topics, records: input.lines, shared, settings: {} })
  }

const sinkOfStructs = async (bench: BenchRun, side: Side) => {
  const { all, shared } = recordsOf({ ours: MILLION, jvm: 0.3 * MILLION }, bench, side)
  const input = structLines(bench.folder, all)
  const topics = await bench.filledTopics(`structs-${all}`, input)
  const settings = { 'value.converter': JSON_CONVERTER, 'value.converter.schemas.enable': true }
  return runSink(bench, side, { topics, records: input.lines, shared, settings })
}

/** 85 bytes are a line of a log. */
const SOURCE_RECORDS: Counts = { ours: 2.5 * MILLION, jvm: 0.35 * MILLION }
const SPREAD_RECORDS: Counts = { ours: 1.2 * MILLION, jvm: 1.2 * MILLION }

/** In the order in which they run. */
export const WORKLOADS: readonly Workload[] = [
  {
    name: 'source-control',
    label: 'source, A/A',
    title: 'A/A control: the file source against itself, lines of 85 bytes',
    sides: CONTROL,
    run: source({ records: SOURCE_RECORDS, width: 85 }),
  },
  {
    name: 'source-85',
    label: 'source, 85-byte lines',
    title: 'File source, lines of 85 bytes, StringConverter',
    sides: BOTH,
    run: source({ records: SOURCE_RECORDS, width: 85 }),
  },
  {
    name: 'source-1k',
    label: 'source, 1 KB lines',
    title: 'File source, lines of 1 KB, StringConverter',
    sides: BOTH,
    run: source({ records: { ours: 0.6 * MILLION, jvm: 0.2 * MILLION }, width: 1024 }),
  },
  {
    name: 'source-tiny',
    label: 'source, 10-byte lines',
    title: 'File source, lines of 10 bytes, StringConverter',
    sides: BOTH,
    run: source({ records: { ours: 3 * MILLION, jvm: 0.4 * MILLION }, width: 10 }),
  },
  {
    name: 'source-json-smt',
    label: 'source, JSON and 3 transforms',
    title: 'File source, JsonConverter with schemas, HoistField and two InsertField',
    sides: BOTH,
    run: source({
      records: { ours: 1.5 * MILLION, jvm: 0.25 * MILLION },
      width: 85,
      settings: JSON_AND_THREE_TRANSFORMS,
    }),
  },
  {
    name: 'source-keys-headers',
    label: 'source, keys and headers',
    title:
      'File source, JSON key, value and two headers: HoistField, ValueToKey, HeaderFrom, InsertHeader; 4 partitions',
    sides: BOTH,
    run: source({
      records: { ours: 0.8 * MILLION, jvm: 0.2 * MILLION },
      width: 85,
      partitions: 4,
      settings: KEYS_AND_HEADERS,
    }),
  },
  ...[1, 4, 16].map((connectors) => ({
    name: `source-${connectors}-tasks`,
    label: `${connectors} source${connectors === 1 ? '' : 's'}, 16 partitions`,
    title: `File source, ${connectors} connector${connectors === 1 ? '' : 's'} of one task into 16 partitions, lines of 85 bytes`,
    sides: BOTH,
    run: source({ records: SOURCE_RECORDS, width: 85, connectors, partitions: 16 }),
  })),
  {
    name: 'sink-control',
    label: 'sink, A/A',
    title: 'A/A control: the file sink against itself',
    sides: CONTROL,
    run: sinkOfText(),
  },
  {
    name: 'sink-85',
    label: 'sink, 85-byte lines',
    title: 'File sink, lines of 85 bytes, StringConverter',
    sides: BOTH,
    run: sinkOfText(),
  },
  {
    name: 'sink-json',
    label: 'sink, JSON to structs',
    title: 'File sink, JsonConverter with schemas to structs of four fields',
    sides: BOTH,
    run: sinkOfStructs,
  },
  ...[
    { topics: 10, partitions: 1 },
    { topics: 100, partitions: 1 },
    { topics: 1, partitions: 100 },
  ].map((layout) => ({
    name: layout.topics > 1 ? `sink-${layout.topics}-topics` : `sink-${layout.partitions}-partitions`,
    label: layout.topics > 1 ? `sink, ${layout.topics} topics` : `sink, ${layout.partitions} partitions`,
    title: `File sink, lines of 85 bytes out of ${
      layout.topics > 1 ? `${layout.topics} topics` : `a topic of ${layout.partitions} partitions`
    }`,
    sides: BOTH,
    run: sinkOfText(SPREAD_RECORDS, layout),
  })),
  {
    name: 'latency',
    label: 'one line',
    title: 'One line at a time: from the file to the topic and to the file of a sink',
    sides: BOTH,
    run: runLatency,
  },
  ...[1, 10, 100].map((connectors) => ({
    name: `idle-${connectors}`,
    label: `${connectors} idle connector${connectors === 1 ? '' : 's'}`,
    title: `${connectors} connector${connectors === 1 ? '' : 's, sources and sinks,'} with nothing to do`,
    sides: BOTH,
    run: (bench: BenchRun, side: Side) => runIdle(bench, side, connectors),
  })),
]
