import { appendFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { ConnectError, defineConfig, defineSink, RetriableError } from 'connect-standalone'

const config = defineConfig({
  diary: { type: 'string', importance: 'high', doc: 'File that gets a JSON line for each call of the task.' },
  'put.ms': { type: 'int', default: 0, importance: 'low', doc: 'How long a put of records takes.' },
  retriable: {
    type: 'int',
    default: 0,
    importance: 'low',
    doc: 'So many puts of records fail first, and may be tried again.',
  },
  'retry.ms': {
    type: 'int',
    default: 100,
    importance: 'low',
    doc: 'The wait that the task asks for before such a try.',
  },
  'fail.value': { type: 'string', default: null, importance: 'low', doc: 'A record with this value fails the task.' },
  'report.value': {
    type: 'string',
    default: null,
    importance: 'low',
    doc: 'A record with this value is reported as bad.',
  },
  'pause.value': {
    type: 'string',
    default: null,
    importance: 'low',
    doc: 'A record with this value pauses its partition.',
  },
  'resume.value': {
    type: 'string',
    default: null,
    importance: 'low',
    doc: 'A record with this value resumes all partitions.',
  },
})

/** A sink that writes down what it is told, and does as its settings say. */
export const diarySink = defineSink({
  kind: 'sink',
  className: 'test.e2e.DiarySink',
  taskClassName: 'test.e2e.DiarySinkTask',
  version: '1.2.3',
  doc: 'Keeps a diary.',
  config,
  tasks: (_settings, most, raw) => Array.from({ length: most }, () => raw),
  openTask(settings, context) {
    const write = (entry) =>
      appendFileSync(
        settings.diary,
        `${JSON.stringify({ at: Date.now(), pid: process.pid, task: context.task, ...entry })}\n`,
      )
    const named = (partitions) => partitions.map(({ topic, partition }) => `${topic}-${partition}`).sort()
    let retriable = settings.retriable
    write({ call: 'start' })
    return {
      open: (partitions) => write({ call: 'open', partitions: named(partitions) }),
      close: (partitions) => write({ call: 'close', partitions: named(partitions) }),
      stop: () => write({ call: 'stop' }),
      flush: () => write({ call: 'flush' }),
      async put(records) {
        if (records.length === 0) return
        const values = records.map(({ value }) => value)
        if (retriable > 0) {
          retriable--
          write({ call: 'put and fail', values })
          context.timeout(settings['retry.ms'])
          throw new RetriableError('not now')
        }
        if (settings['fail.value'] !== null && values.includes(settings['fail.value']))
          throw new ConnectError('cannot take this')
        const reports = []
        for (const record of records) {
          if (record.value === settings['report.value']) {
            reports.push(context.errantRecordReporter(record, new ConnectError('bad record')))
          }
          if (record.value === settings['pause.value']) context.pause(record)
          if (record.value === settings['resume.value']) context.resume(...context.assignment())
        }
        if (settings['put.ms'] > 0)
          await delay(settings['put.ms'], undefined, { signal: context.signal }).catch(() => undefined)
        await Promise.all(reports)
        write({ call: 'put', values, partitions: records.map(({ partition }) => partition) })
      },
    }
  },
})
