import type { RequestQueue, SocketRequest } from './kafkajs-types.ts'

/**
 * kafkajs 2.2.4 wakes up for nothing on every connection: after the first answer a timer of 1 ms sets itself again and
 * again (its delay is negative, for which newer Node also prints a TimeoutNegativeWarning), and another looks for timed
 * out requests ten times a second. Here both exist only while there is something to wait for.
 */
export const cureRequestQueue = (queue: RequestQueue): void => {
  scheduleOnlyWhatIsPending(queue)
  watchDeadlines(queue)
}

const FULL_QUEUE_CHECK_MS = 10

/** Requests wait in the queue only while the broker throttles us. */
const scheduleOnlyWhatIsPending = (queue: RequestQueue): void => {
  queue.scheduleCheckPendingRequests = () => {
    if (queue.throttleCheckTimeoutId !== null || queue.pending.length === 0) return
    const wait = queue.throttledUntil - Date.now()
    queue.throttleCheckTimeoutId = setTimeout(
      () => {
        queue.throttleCheckTimeoutId = null
        queue.checkPendingRequests()
      },
      wait > 0 ? wait : FULL_QUEUE_CHECK_MS,
    )
  }
}

const LONGEST_TIMER_MS = 2 ** 31 - 1

/**
 * One timer for the earliest deadline instead of one every 100 ms. It also goes on while a connection closes, where kafkajs
 * stops looking and then waits for ever for an answer that does not come. A request's own time-out counts, even if it is
 * shorter than the default.
 */
const watchDeadlines = (queue: RequestQueue): void => {
  const deadlines = new WeakMap<SocketRequest, number>()
  let timer: NodeJS.Timeout | undefined
  let timerAt = Number.POSITIVE_INFINITY

  const wakeAt = (deadline: number): void => {
    if (deadline >= timerAt) return
    clearTimeout(timer)
    timerAt = deadline
    timer = setTimeout(check, Math.min(LONGEST_TIMER_MS, Math.max(1, Math.ceil(deadline - performance.now()))))
  }
  const check = (): void => {
    timerAt = Number.POSITIVE_INFINITY
    const now = performance.now()
    let next = Number.POSITIVE_INFINITY
    for (const request of [...queue.inflight.values()]) {
      const deadline = deadlines.get(request) ?? now + request.requestTimeout
      if (deadline <= now) request.timeoutRequest()
      else next = Math.min(next, deadline)
    }
    if (next !== Number.POSITIVE_INFINITY) wakeAt(next)
  }

  const create = queue.createSocketRequest.bind(queue)
  queue.createSocketRequest = (pushed) => {
    const request = create(pushed)
    if (pushed.requestTimeout !== null && pushed.requestTimeout > 0) request.requestTimeout = pushed.requestTimeout
    return request
  }

  const send = queue.sendSocketRequest.bind(queue)
  queue.sendSocketRequest = (request) => {
    send(request)
    if (!request.expectResponse) return
    const deadline = performance.now() + request.requestTimeout
    deadlines.set(request, deadline)
    wakeAt(deadline)
  }

  queue.scheduleRequestTimeoutCheck = () => {}

  const destroy = queue.destroy.bind(queue)
  queue.destroy = () => {
    destroy()
    clearTimeout(timer)
    timerAt = Number.POSITIVE_INFINITY
  }
}
