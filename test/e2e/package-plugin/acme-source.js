import { setTimeout as delay } from 'node:timers/promises'
import { defineConfig, defineSource, RetriableError } from 'connect-standalone'

const config = defineConfig({
  topic: { type: 'string', importance: 'high', doc: 'Topic to write to.' },
})

/** A plug-in as others write them. Fails once in a way that only an error of the worker's own class excuses. */
export const acmeSource = defineSource({
  kind: 'source',
  className: 'com.acme.AcmeSourceConnector',
  taskClassName: 'com.acme.AcmeSourceTask',
  version: '3.2.1',
  doc: 'Sends three greetings.',
  config,
  async openTask(settings, context) {
    let polls = 0
    return {
      async poll() {
        polls++
        if (polls === 1) throw new RetriableError('not yet')
        if (polls > 2) {
          await delay(500, undefined, { signal: context.signal }).catch(() => undefined)
          return null
        }
        return ['hello', 'from', 'acme'].map((value, offset) => ({
          topic: settings.topic,
          partition: null,
          keySchema: null,
          key: null,
          valueSchema: null,
          value,
          timestamp: null,
          headers: [],
          sourcePartition: {},
          sourceOffset: { offset },
        }))
      },
      stop: () => undefined,
    }
  },
})
