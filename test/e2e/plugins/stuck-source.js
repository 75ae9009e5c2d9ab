import { defineConfig, defineSource } from 'connect-standalone'

/** A source whose poll does not come back, whatever it is told. */
export const stuckSource = defineSource({
  kind: 'source',
  className: 'test.e2e.StuckSource',
  taskClassName: 'test.e2e.StuckSourceTask',
  version: '1.2.3',
  doc: 'Never comes back.',
  config: defineConfig({ topic: { type: 'string', importance: 'high', doc: 'Topic to write to.' } }),
  openTask: (_settings, { log }) => ({
    poll() {
      log.info('polling, and will not come back')
      return new Promise(() => undefined)
    },
    stop: () => undefined,
  }),
})
