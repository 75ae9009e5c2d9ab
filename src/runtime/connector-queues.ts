/** A verb that has begun and not ended. */
export interface VerbUnderWay {
  readonly connector: string
  readonly verb: string
  /** Milliseconds since the epoch. */
  readonly since: number
}

/** Work on one connector is done one after the other; connectors do not wait for each other. */
export interface ConnectorQueues {
  run<T>(connector: string, verb: string, work: () => Promise<T>): Promise<T>
  /** Names of connectors for which there is work. */
  busy(): readonly string[]
  /** Resolves when the work that was there when it was called is done, whatever came of it. */
  settled(connector: string): Promise<void>
  underWay(): readonly VerbUnderWay[]
}

interface Queue {
  /** Never rejects. */
  tail: Promise<void>
  underWay: VerbUnderWay | undefined
}

export const createConnectorQueues = (): ConnectorQueues => {
  const queues = new Map<string, Queue>()
  return {
    run(connector, verb, work) {
      const queue = queues.get(connector) ?? { tail: Promise.resolve(), underWay: undefined }
      queues.set(connector, queue)
      const turn = queue.tail.then(() => {
        queue.underWay = { connector, verb, since: Date.now() }
        return work()
      })
      const tail = turn.then(
        () => undefined,
        () => undefined,
      )
      queue.tail = tail
      void tail.then(() => {
        queue.underWay = undefined
        if (queue.tail === tail) queues.delete(connector)
      })
      return turn
    },
    busy: () => [...queues.keys()],
    settled: async (connector) => queues.get(connector)?.tail,
    underWay: () => [...queues.values()].flatMap((queue) => queue.underWay ?? []),
  }
}
