import type { RawConfig } from '../config/define.ts'
import type { WorkerSettings } from '../config/worker-settings.ts'
import type { PluginCatalog } from '../plugin/find-plugins.ts'
import type { Logger } from '../plugin/logger.ts'
import type { OffsetFields } from '../plugin/record.ts'
import type { StartTaskThread } from './isolation/thread-task.ts'
import type { LoopWatch } from './loop-watch.ts'
import type { TaskCounts } from './task-counts.ts'
import type { StatusBoard } from './task-status.ts'

/** The worker's offset store as the runtime uses it; `storage/offset-file.ts` is the real one. */
export interface OffsetStore {
  get(connector: string, partition: OffsetFields | null): OffsetFields | undefined
  entries(connector: string): readonly { readonly partition: OffsetFields | null; readonly offset: OffsetFields }[]
  set(
    changes: readonly {
      readonly connector: string
      readonly partition: OffsetFields | null
      readonly offset: OffsetFields | null
    }[],
  ): Promise<void>
}

/** What every connector and task of one worker shares. Made in `cli/`, handed in everywhere. */
export interface WorkerParts {
  readonly settings: WorkerSettings
  /** The worker's file, variables replaced. */
  readonly raw: RawConfig
  readonly catalog: PluginCatalog
  readonly offsets: OffsetStore
  /** Replaces `${...}` variables, each time anew: values may have changed. */
  readonly resolve: (raw: RawConfig) => Promise<RawConfig>
  /** A logger whose lines carry a context such as `[name|task-0]`. */
  readonly logFor: (context: string) => Logger
  /** Logs a warning the first time it comes: many tasks have the same client settings. */
  readonly warnOnce: (warning: string) => void
  readonly status: StatusBoard
  /** By `CONNECTOR-TASK`, from a task's start until it is stopped. */
  readonly counts: Map<string, TaskCounts>
  /** Starts the thread of a task under `task.isolation=thread`. Undefined: there are no threads. */
  readonly startThread?: StartTaskThread
  /** Hears which task has the event loop. */
  readonly watch?: LoopWatch
  /** Topics that records were written to or read from, by connector; kept while the process lives. */
  readonly activeTopics: Map<string, Set<string>>
}

export const noteTopic = (parts: WorkerParts, connector: string, topic: string): void => {
  if (!parts.settings['topic.tracking.enable']) return
  let topics = parts.activeTopics.get(connector)
  if (topics === undefined) {
    topics = new Set()
    parts.activeTopics.set(connector, topics)
  }
  topics.add(topic)
}
