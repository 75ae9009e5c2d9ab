import { defineConfig } from './define.ts'
import { restartConfig } from './restart-settings.ts'
import { atLeast, oneOf, oneOfIgnoreCase } from './validators.ts'

/** Settings of the worker that no JVM worker knows. */
export const ownWorkerConfig = defineConfig({
  'log.format': {
    type: 'string',
    default: 'text',
    validator: oneOf('text', 'json'),
    importance: 'low',
    doc: 'How log lines are written: `text` for people, `json` for machines, one object a line.',
    group: 'Only in connect-standalone',
  },
  'log.level': {
    type: 'string',
    default: 'INFO',
    validator: oneOfIgnoreCase('OFF', 'FATAL', 'ERROR', 'WARN', 'INFO', 'DEBUG', 'TRACE', 'ALL'),
    importance: 'low',
    doc: 'Least important log lines that are still written. Can be changed while running, through `/admin/loggers`.',
    group: 'Only in connect-standalone',
  },
  'config.storage.file.filename': {
    type: 'string',
    default: null,
    importance: 'medium',
    doc: 'File in which connectors that were created or changed over REST are kept, with their state, so that they are there again after a restart. Readable by its owner only. Not set: they are forgotten, as by the JVM worker.',
    group: 'Only in connect-standalone',
  },
  'task.stuck.after.ms': {
    type: 'long',
    default: 60_000,
    validator: atLeast(0),
    importance: 'low',
    doc: 'Milliseconds after which a call into a connector that has not returned (`start`, `poll`, `put`, `flush`, `stop` and others) is told: in the log, in the status as `stuck_since`, in `/health` and in metrics. 0: never.',
    group: 'Only in connect-standalone',
  },
  'watchdog.blocked.ms': {
    type: 'long',
    default: 2000,
    validator: atLeast(0),
    importance: 'low',
    doc: 'Milliseconds without a turn of the event loop after which the log says which task holds it up. Watched from a thread, which starts with the first task of a plug-in from `plugin.path`, or at once if this is set. 0: never.',
    group: 'Only in connect-standalone',
  },
  ...restartConfig,
})
