import type { SourceTask } from '../../plugin/connector.ts'
import { ConnectError } from '../../plugin/errors.ts'
import type { SourceRecord } from '../../plugin/record.ts'
import { createConvert } from './convert-in-thread.ts'
import type { Acknowledged, PollAnswer } from './isolated-source.ts'
import { type ConvertedRecord, packSource, transferOf } from './packed-source.ts'
import { type Handlers, withTransfer } from './peer.ts'
import { createThreadParts, type ThreadSide } from './thread-parts.ts'

/** A source's task, its transforms and converters, as the program calls them. */
export const sourceHandlers = (side: ThreadSide): Handlers => {
  const { data, signal, log } = side
  let task: SourceTask | undefined
  let convertAll: ((polled: readonly SourceRecord[]) => Promise<ConvertedRecord[]>) | undefined
  let retries: () => PollAnswer['retries']
  /** Polled records that the task wants to hear of, by their number. */
  const unacknowledged = new Map<number, SourceRecord>()
  let number = 0
  let used = 0
  return {
    async open() {
      const parts = await createThreadParts(side)
      const { definition, settings } = parts
      if (definition.kind !== 'source') throw new ConnectError(`${definition.className} is no source`)
      retries = parts.retries
      convertAll = createConvert(parts)
      const context = {
        ...{ connector: data.connector, task: data.index, log, signal },
        readOffset: (partition: Readonly<Record<string, unknown>>) =>
          side.peer().call<Readonly<Record<string, unknown>> | undefined>('readOffset', partition),
      }
      task = await definition.openTask(settings, context, data.taskConfig)
      return { commit: task.commit !== undefined, commitRecord: task.commitRecord !== undefined }
    },
    async poll() {
      const polled = (await task!.poll()) ?? []
      if (polled.length === 0) return { packed: null, retries: retries() } satisfies PollAnswer
      const converted = await convertAll!(polled)
      if (task!.commitRecord !== undefined) for (const record of polled) unacknowledged.set(number++, record)
      const packed = packSource(converted, used)
      used = packed.used
      return withTransfer({ packed, retries: retries() } satisfies PollAnswer, transferOf(packed))
    },
    acknowledged(records: Acknowledged) {
      for (const [which, metadata] of records) {
        const record = unacknowledged.get(which)
        unacknowledged.delete(which)
        try {
          if (record !== undefined) task?.commitRecord?.(record, metadata)
        } catch (error) {
          log.error('Exception thrown while calling task.commitRecord()', { error })
        }
      }
    },
    commit: () => task?.commit?.(),
    stop: () => task?.stop(),
  }
}
