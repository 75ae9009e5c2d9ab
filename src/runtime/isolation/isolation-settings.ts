import type { RawConfig } from '../../config/define.ts'
import { isolationConfig } from '../../config/own-connector-settings.ts'
import { parseOrThrow } from '../../config/parse.ts'
import type { ThreadLimits } from './thread-task.ts'

/** Undefined: the task runs in the program's own thread. */
export const isolationOf = (connector: RawConfig): ThreadLimits | undefined => {
  const settings = parseOrThrow(isolationConfig, connector)
  return settings['task.isolation'] === 'thread' ? { memoryMb: settings['task.isolation.memory.mb'] } : undefined
}
