import { ConnectError, defineConfig, defineSink } from 'connect-standalone'

/** A sink that repeats its password wherever it can. Its setting is a password by its type only, not by its name. */
export const leakySink = defineSink({
  kind: 'sink',
  className: 'test.e2e.LeakySink',
  taskClassName: 'test.e2e.LeakySinkTask',
  version: '1.2.3',
  doc: 'Tells its password.',
  config: defineConfig({
    'api.entry': { type: 'password', importance: 'high', doc: 'The password.' },
    'leak.in': { type: 'string', default: 'put', importance: 'low', doc: 'start, put, report or log.' },
    limit: { type: 'int', default: 1, importance: 'low', doc: 'A number.' },
  }),
  openTask(settings, context) {
    const secret = settings['api.entry'].value
    const where = settings['leak.in']
    context.log.info(`logging in with ${secret}`, { password: secret, nested: { secret } })
    if (where === 'start') throw new ConnectError(`cannot log in with ${secret}`)
    return {
      async put(records) {
        if (records.length === 0) return
        const error = new ConnectError(`refused: ${secret}`, { cause: new Error(`because of ${secret}`) })
        context.log.warn('it is refused', { error })
        if (where === 'put') throw error
        for (const record of records) await context.errantRecordReporter?.(record, error)
      },
      stop: () => undefined,
    }
  },
})
