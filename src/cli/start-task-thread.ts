import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { StartTaskThread } from '../runtime/isolation/thread-task.ts'

/** Starts the thread of a task. It gets the config of its task, and neither arguments nor standard input. */
export const startTaskThread: StartTaskThread = (data, { memoryMb }) =>
  new Worker(new URL(`../cli/task-thread${extname(import.meta.url)}`, import.meta.url), {
    name: `${data.connector}-${data.index}`,
    workerData: data,
    argv: [],
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
  }) as unknown as ReturnType<StartTaskThread>
