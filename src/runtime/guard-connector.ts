/**
 * Around connectors that did not come with the program: what they throw becomes an error that can be shown, what they
 * answer is looked at before anybody relies on it.
 */
import type { RawConfig } from '../config/define.ts'
import type { ConnectorDefinition, SinkOffsets, SinkTask, SourceTask } from '../plugin/connector.ts'
import { ConnectError } from '../plugin/errors.ts'
import type { SourceRecord } from '../plugin/record.ts'
import { readableError } from './readable-error.ts'

/** The same connector, guarded. Costs a look at each polled record, and nothing for those that are put. */
export const guardConnector = (definition: ConnectorDefinition): ConnectorDefinition => {
  const { start, tasks, validate, recommend, alterOffsets } = definition
  const common = {
    ...(validate && {
      validate: async (...args: Parameters<typeof validate>) =>
        listed(definition, 'validate', 'problems', await waited(() => validate.apply(definition, args))),
    }),
    ...(recommend && {
      recommend: (...args: Parameters<typeof recommend>) =>
        listed(
          definition,
          'recommend',
          'problems',
          guarded(() => recommend.apply(definition, args)),
        ),
    }),
    ...(start && {
      start: async (...[settings, context, raw]: Parameters<typeof start>) => {
        const raising = { ...context, raiseError: (error: unknown) => context.raiseError(readableError(error)) }
        const running = await waited(() => start.call(definition, settings, raising, raw))
        return running === undefined || running === null
          ? { stop: () => undefined }
          : { stop: () => waited(() => running.stop?.()) }
      },
    }),
    ...(tasks && {
      tasks: async (...args: Parameters<typeof tasks>) =>
        taskConfigsOf(definition, await waited(() => tasks.apply(definition, args))),
    }),
  }
  if (definition.kind === 'source') {
    const openTask: typeof definition.openTask = async (...args) =>
      guardSource(definition, await waited(() => definition.openTask(...args)))
    const alter = alterOffsets as typeof definition.alterOffsets
    return {
      ...definition,
      ...common,
      openTask,
      ...(alter && {
        alterOffsets: (...args: Parameters<typeof alter>) => guarded(() => alter.apply(definition, args)),
      }),
    }
  }
  const openTask: typeof definition.openTask = async (settings, context, raw) => {
    const seek: typeof context.seek = (partition, offset) => {
      if (Number.isSafeInteger(offset) && offset >= 0) return context.seek(partition, offset)
      throw wrong(definition, `seek to offset ${kindOf(offset)}: expected a whole number, 0 or more`)
    }
    return guardSink(definition, await waited(() => definition.openTask(settings, { ...context, seek }, raw)))
  }
  const alter = alterOffsets as typeof definition.alterOffsets
  return {
    ...definition,
    ...common,
    openTask,
    ...(alter && { alterOffsets: (...args: Parameters<typeof alter>) => guarded(() => alter.apply(definition, args)) }),
  }
}

const guardSource = (definition: ConnectorDefinition, task: SourceTask): SourceTask => {
  const { poll, stop, commit, commitRecord } = methodsOf(definition, task, ['poll', 'stop'])
  return {
    poll: async () => {
      const polled = await waited(() => poll.call(task))
      if (polled === null || polled === undefined) return null
      if (!Array.isArray(polled)) throw wrong(definition, `poll returned ${kindOf(polled)}, not a list of records`)
      guarded(() => checkRecords(definition, polled))
      return polled
    },
    stop: () => waited(() => stop.call(task)),
    ...(commit && { commit: () => waited(() => commit.call(task)) }),
    ...(commitRecord && {
      commitRecord: (record, metadata) => guarded(() => commitRecord.call(task, record, metadata)),
    }),
  }
}

const guardSink = (definition: ConnectorDefinition, task: SinkTask): SinkTask => {
  const { put, flush, preCommit, open, close, stop } = methodsOf(definition, task, ['put', 'stop'])
  return {
    // A list of its own: what a task does to it does not change which records count as put.
    put: (records) => waited(() => put.call(task, records.length === 0 ? records : records.slice())),
    stop: () => waited(() => stop.call(task)),
    ...(flush && { flush: (offsets) => waited(() => flush.call(task, offsets)) }),
    ...(preCommit && {
      preCommit: async (offsets) => offsetsOf(definition, await waited(() => preCommit.call(task, offsets))),
    }),
    ...(open && { open: (partitions) => waited(() => open.call(task, partitions)) }),
    ...(close && { close: (partitions) => waited(() => close.call(task, partitions)) }),
  }
}

const guarded = <T>(work: () => T): T => {
  try {
    return work()
  } catch (error) {
    throw readableError(error)
  }
}

const waited = async <T>(work: () => T): Promise<Awaited<T>> => {
  try {
    return await work()
  } catch (error) {
    throw readableError(error)
  }
}

/** Reads each method once. */
const methodsOf = <T extends object>(
  definition: ConnectorDefinition,
  task: T,
  needed: readonly (keyof T & string)[],
): T =>
  guarded(() => {
    const list = needed.join(' and ')
    if (typeof task !== 'object' || task === null) {
      throw wrong(definition, `openTask returned ${kindOf(task)}, not a task with ${list}`)
    }
    const missing = needed.filter((name) => typeof task[name] !== 'function')
    if (missing.length > 0) throw wrong(definition, `openTask returned a task without ${missing.join(' and ')}`)
    const all = ['poll', 'put', 'stop', 'commit', 'commitRecord', 'flush', 'preCommit', 'open', 'close'] as const
    const methods: Record<string, unknown> = {}
    for (const name of all) {
      const method = (task as Record<string, unknown>)[name]
      if (typeof method === 'function') methods[name] = method
    }
    return methods as T
  })

const listed = <T>(definition: ConnectorDefinition, method: string, of: string, answer: readonly T[]): readonly T[] => {
  if (Array.isArray(answer)) return answer
  throw wrong(definition, `${method} returned ${kindOf(answer)}, not a list of ${of}`)
}

const taskConfigsOf = (definition: ConnectorDefinition, answer: unknown): readonly RawConfig[] => {
  const configs = listed(definition, 'tasks', 'configs', answer as readonly RawConfig[])
  for (const [index, config] of configs.entries()) {
    if (!isObject(config)) throw wrong(definition, `tasks returned ${kindOf(config)} as config of task ${index}`)
    for (const [key, value] of Object.entries(config)) {
      if (typeof value === 'string' || value === null || value === undefined) continue
      throw wrong(
        definition,
        `tasks returned a config of task ${index} in which ${key} is ${kindOf(value)}, not a text`,
      )
    }
  }
  return configs
}

const checkRecords = (definition: ConnectorDefinition, polled: readonly SourceRecord[]): void => {
  for (let n = 0; n < polled.length; n++) {
    const record = polled[n]!
    if (typeof record !== 'object' || record === null) {
      throw wrong(definition, `poll returned a list in which number ${n + 1} is ${kindOf(record)}, not a record`)
    }
    const { topic, partition, timestamp, headers } = record
    if (typeof topic !== 'string') throw badField(definition, n, 'topic', topic, 'a text')
    if (partition !== null && !Number.isInteger(partition)) {
      throw badField(definition, n, 'partition', partition, 'a whole number or null')
    }
    if (timestamp !== null && typeof timestamp !== 'number') {
      throw badField(definition, n, 'timestamp', timestamp, 'a number or null')
    }
    if (!Array.isArray(headers)) throw badField(definition, n, 'headers', headers, 'a list')
    checkFields(definition, n, record)
  }
}

const checkFields = (definition: ConnectorDefinition, n: number, record: SourceRecord): void => {
  for (const field of ['keySchema', 'valueSchema', 'sourcePartition', 'sourceOffset'] as const) {
    const value: unknown = record[field]
    if (typeof value !== 'object') throw badField(definition, n, field, value, 'an object or null')
  }
}

const badField = (definition: ConnectorDefinition, n: number, field: string, value: unknown, wanted: string): Error =>
  wrong(definition, `poll returned a list in which record ${n + 1} has ${kindOf(value)} as ${field}, not ${wanted}`)

const offsetsOf = (definition: ConnectorDefinition, answer: unknown): SinkOffsets => {
  if (!(answer instanceof Map)) throw wrong(definition, `preCommit returned ${kindOf(answer)}, not a Map of offsets`)
  for (const [key, position] of answer as Map<unknown, unknown>) {
    if (isObject(position) && Number.isSafeInteger(position['offset']) && Number.isInteger(position['partition']))
      continue
    throw wrong(definition, `preCommit returned for ${String(key)} no topic, partition and whole number as offset`)
  }
  return answer as SinkOffsets
}

const wrong = ({ className }: ConnectorDefinition, what: string): ConnectError =>
  new ConnectError(`${className}: ${what}`)

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What something is, without a look into it. */
const kindOf = (value: unknown): string => {
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value === 'string' ? 'text' : typeof value}`
}
