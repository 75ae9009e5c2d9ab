/** Resolves after `ms`, or as soon as the signal aborts; never rejects. Leaves no timer and no listener behind. */
export const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const finish = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', finish)
      resolve()
    }
    const timer = setTimeout(finish, Math.min(ms, 0x7fffffff))
    signal?.addEventListener('abort', finish, { once: true })
  })

/** Whether the promise settled within `ms` (a rejection counts as settled and stays for the promise's owner). */
export const settledWithin = (promise: Promise<unknown>, ms: number): Promise<boolean> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), Math.min(ms, 0x7fffffff))
    const settled = (): void => {
      clearTimeout(timer)
      resolve(true)
    }
    promise.then(settled, settled)
  })

/** Waits for the promise, but no longer than until the signal aborts. @throws what the promise rejects with */
export const settledOrAborted = (promise: Promise<unknown>, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const aborted = (): void => resolve()
    if (signal.aborted) resolve()
    signal.addEventListener('abort', aborted, { once: true })
    promise.then(() => resolve(), reject).finally(() => signal.removeEventListener('abort', aborted))
  })

/** Lets sockets and timers have their turn: promises that resolve at once would otherwise starve them. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
