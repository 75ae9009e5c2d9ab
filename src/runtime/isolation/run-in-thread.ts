/** The thread's side: the task itself, with transforms and converters of its own, at the command of the program. */
import type { MessagePort } from 'node:worker_threads'
import type { PluginCatalog } from '../../plugin/find-plugins.ts'
import { createPeer, type Peer } from './peer.ts'
import { sinkHandlers } from './sink-in-thread.ts'
import { sourceHandlers } from './source-in-thread.ts'
import { threadLog } from './thread-log.ts'
import type { ThreadSide } from './thread-parts.ts'
import type { ThreadTaskData } from './thread-task.ts'

/** Serves until the thread is ended. */
export const runInThread = (port: MessagePort, data: ThreadTaskData, catalog: PluginCatalog): void => {
  const stopping = new AbortController()
  let peer: Peer
  const side: ThreadSide = { data, catalog, signal: stopping.signal, log: threadLog(() => peer), peer: () => peer }
  const own = data.kind === 'source' ? sourceHandlers(side) : sinkHandlers(side)
  peer = createPeer(port, { ...own, abort: () => stopping.abort() }, (error) => side.log.error('', { error }))
}
