import type { Listener } from '../config/listeners.ts'

export interface OpenListener {
  readonly listener: Listener
  /** What the operating system says: with port 0 only this tells the port. */
  readonly address: { readonly host: string; readonly port: number }
}

export interface Advertised {
  readonly host: string | null
  readonly port: number | null
  /** `http` or `https`; null: http if there is any, else https. */
  readonly listener: string | null
}

/** The id that statuses show, HOST:PORT. @throws Error when no listener is of the advertised kind */
export const workerIdOf = (open: readonly OpenListener[], { host, port, listener }: Advertised): string => {
  const scheme = listener?.trim().toLowerCase()
  const preferred = scheme === undefined || scheme === '' ? ['http', 'https'] : [scheme]
  const found = preferred.flatMap((wanted) => open.find((each) => each.listener.scheme === wanted) ?? [])[0]
  if (found === undefined) {
    throw new Error(
      `rest.advertised.listener=${listener}: no listener is of this kind. Accepted: http or https, whichever listeners has`,
    )
  }
  const ownHost = found.listener.host === '' ? found.address.host : found.listener.host
  const ownPort = found.listener.port > 0 ? found.listener.port : found.address.port
  return `${host !== null && host !== '' ? host : ownHost}:${port ?? ownPort}`
}
