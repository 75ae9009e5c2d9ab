/** The only file that knows the watching library. */

export interface PathWatch {
  close(): Promise<void>
}

export interface WatchTarget {
  /** A file, or a directory. */
  readonly path: string
  /** How many directories below `path` are watched, too. */
  readonly depth: number
  /** Files in directories that are worth watching. */
  wants(path: string): boolean
}

export interface WatchEvents {
  changed(path: string): void
  /** Something came, went or got another name. */
  appeared(path: string): void
  /** Called at most once; nothing is watched any more. */
  failed(error: unknown): void
}

/** Calls back soon after a change. Changes may be missed: look now and then as well. */
export const watchPath = async (target: WatchTarget, events: WatchEvents): Promise<PathWatch> => {
  const { watch } = await import('chokidar')
  const watcher = watch(target.path, {
    ignoreInitial: true,
    atomic: false,
    ignored: (path, stats) => stats !== undefined && !stats.isDirectory() && !target.wants(path),
    ...(Number.isFinite(target.depth) ? { depth: target.depth } : {}),
  })
  let open = true
  const close = async (): Promise<void> => {
    open = false
    // When the last watched file vanishes, the library adds its directory, which would open a closed watcher again.
    watcher.add = () => watcher
    await watcher.close()
  }
  watcher.on('all', (event, path) => (event === 'change' ? events.changed(path) : events.appeared(path)))
  watcher.on('error', (error) => {
    if (!open) return
    void close()
    events.failed(error)
  })
  return { close }
}
