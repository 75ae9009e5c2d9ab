import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { ConnectError, defineConfig, defineSource } from 'connect-standalone'

const config = defineConfig({
  file: {
    type: 'string',
    importance: 'high',
    doc: 'JSON: a list of records, topic, key, value, partition, timestamp, headers.',
  },
  'fail.at': {
    type: 'int',
    default: -1,
    importance: 'low',
    doc: 'Fails in place of the record of this index; -1: never.',
  },
})

/** A source whose records are written out in a file: text keys and values, and whatever else a record has. */
export const jsonSource = defineSource({
  kind: 'source',
  className: 'test.e2e.JsonSource',
  taskClassName: 'test.e2e.JsonSourceTask',
  version: '1.2.3',
  doc: 'Sends the records of a JSON file.',
  config,
  async openTask(settings, context) {
    const records = JSON.parse(readFileSync(settings.file, 'utf8'))
    const stored = await context.readOffset({ file: settings.file })
    let next = Number(stored?.next ?? 0)
    return {
      async poll() {
        if (next === settings['fail.at']) throw new ConnectError('failing as told to')
        if (next >= records.length) {
          await delay(500, undefined, { signal: context.signal }).catch(() => undefined)
          return null
        }
        const end = settings['fail.at'] > next ? settings['fail.at'] : records.length
        const polled = records.slice(next, end).map((record, i) => ({
          topic: record.topic,
          partition: record.partition ?? null,
          keySchema: null,
          key: record.key ?? null,
          valueSchema: null,
          value: record.value ?? null,
          timestamp: record.timestamp ?? null,
          headers: (record.headers ?? []).map(([key, value]) => ({ key, schema: null, value })),
          sourcePartition: { file: settings.file },
          sourceOffset: { next: next + i + 1 },
        }))
        next = end
        return polled
      },
      stop: () => undefined,
    }
  },
})
