import type { FetchPartition } from './fetch-partition.ts'
import type { Lane } from './raw-request.ts'

/** What was asked for of a partition; a seek since then makes the answer worthless. */
export interface Question {
  readonly partition: FetchPartition
  readonly epoch: number
  readonly offset: number
}

/** A fetch under way. */
export interface AskedFetch {
  readonly lane: Lane
  /** Waits longer than `fetch.max.wait.ms`. */
  readonly isHeld: boolean
  /** By `topic-partition`. */
  readonly questions: ReadonlyMap<string, Question>
}

/**
 * Whether a partition may be asked for, with these fetches under way at its leader: one at a time, but beside one that waits
 * long another for what it does not ask for, after a seek or an assignment.
 */
export const mayAsk = (underWay: readonly AskedFetch[] = [], partition: FetchPartition): boolean => {
  const [asked, ...others] = underWay
  if (asked === undefined) return true
  if (!asked.isHeld || others.length > 0) return false
  const question = asked.questions.get(`${partition.topic}-${partition.partition}`)
  return question?.partition !== partition || question.epoch !== partition.epoch
}
