import type { MessagePort, Transferable } from 'node:worker_threads'
import { type ErrorMessage, errorMessage, errorOf } from './error-message.ts'

/** What one side does for the other; an answer made by {@link withTransfer} hands its buffers over. */
export type Handlers = Readonly<Record<string, (argument: never) => unknown>>

/** One of two sides that call each other by messages. */
export interface Peer {
  /** @throws what the other side's handler throws, or why there is no other side any more */
  call<T>(method: string, argument?: unknown, transfer?: readonly Transferable[]): Promise<T>
  /** Calls without an answer. */
  tell(method: string, argument?: unknown): void
  /** There is no other side any more: all that waits for it fails. */
  end(error: Error): void
}

type Port = Pick<MessagePort, 'postMessage' | 'on'>

type Message =
  | { readonly call: string; readonly id: number | null; readonly argument: unknown }
  | { readonly answer: number; readonly value: unknown }
  | { readonly answer: number; readonly error: ErrorMessage }

const TRANSFER = Symbol('transfer')
interface WithTransfer {
  readonly [TRANSFER]: readonly Transferable[]
  readonly value: unknown
}

export const withTransfer = (value: unknown, transfer: readonly Transferable[]): unknown =>
  ({ value, [TRANSFER]: transfer }) satisfies WithTransfer

interface Waiting {
  resolve(value: never): void
  reject(error: Error): void
}

export const createPeer = (port: Port, handlers: Handlers, onLost: (error: unknown) => void): Peer => {
  const waiting = new Map<number, Waiting>()
  let last = 0
  let ended: Error | undefined

  const handle = async (call: string, id: number | null, argument: unknown): Promise<void> => {
    try {
      const value = await handlers[call]?.(argument as never)
      if (id === null) return
      const handsOver = typeof value === 'object' && value !== null && TRANSFER in value
      if (handsOver) {
        const { value: inner, [TRANSFER]: transfer } = value as WithTransfer
        port.postMessage({ answer: id, value: inner }, transfer)
      } else port.postMessage({ answer: id, value })
    } catch (error) {
      if (id === null) onLost(error)
      else port.postMessage({ answer: id, error: errorMessage(error) })
    }
  }

  port.on('message', (message: Message) => {
    if ('call' in message) {
      void handle(message.call, message.id, message.argument)
      return
    }
    const waiter = waiting.get(message.answer)
    waiting.delete(message.answer)
    if ('error' in message) waiter?.reject(errorOf(message.error))
    else waiter?.resolve(message.value as never)
  })

  return {
    call: (method, argument, transfer = []) =>
      new Promise((resolve, reject) => {
        if (ended !== undefined) return reject(ended)
        const id = ++last
        port.postMessage({ call: method, id, argument } satisfies Message, transfer)
        waiting.set(id, { resolve, reject })
      }),
    tell(method, argument) {
      if (ended === undefined) port.postMessage({ call: method, id: null, argument } satisfies Message)
    },
    end(error) {
      ended ??= error
      for (const { reject } of waiting.values()) reject(ended)
      waiting.clear()
    },
  }
}
