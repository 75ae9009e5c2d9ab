import { setTimeout as delay } from 'node:timers/promises'
import { defineConfig, defineSource } from 'connect-standalone'

/** A source of as many tasks as it may have: a record a second each, or, with `work`, as many as can be computed. */
export const tickSource = defineSource({
  kind: 'source',
  className: 'test.e2e.TickSource',
  taskClassName: 'test.e2e.TickSourceTask',
  version: '1.2.3',
  doc: 'Ticks.',
  config: defineConfig({
    topic: { type: 'string', importance: 'high', doc: 'Topic to write to.' },
    records: {
      type: 'int',
      default: 0,
      importance: 'low',
      doc: 'Records at once, all that there are; 0: one a second.',
    },
    work: { type: 'int', default: 0, importance: 'low', doc: 'Rounds of arithmetic that each of them costs.' },
  }),
  tasks: (_settings, most, raw) => Array.from({ length: most }, () => raw),
  openTask(settings, context) {
    const { topic, records, work } = settings
    const sourcePartition = { task: context.task }
    let number = 0
    const record = () => {
      let sum = ++number
      for (let n = 0; n < work; n++) sum = (sum * 31 + n) % 1_000_003
      return {
        ...{ topic, partition: null, keySchema: null, key: null, valueSchema: null, value: `${number} ${sum}` },
        ...{ timestamp: null, headers: [], sourcePartition, sourceOffset: { number } },
      }
    }
    return {
      async poll() {
        if (records === 0 || number >= records) {
          await delay(1000, undefined, { signal: context.signal }).catch(() => undefined)
          return records === 0 ? [record()] : null
        }
        return Array.from({ length: Math.min(500, records - number) }, record)
      },
      stop: () => undefined,
    }
  },
})
