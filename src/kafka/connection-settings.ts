import type { ConnectionOptions } from 'node:tls'
import type { Password } from '../config/define.ts'

/** How one client reaches a cluster: what every kind of client (producer, consumer, admin) has in common. Times in ms. */
export interface ConnectionSettings {
  /** `host:port`, IPv6 hosts in brackets. At least one. */
  readonly bootstrapServers: readonly string[]
  readonly clientId: string
  readonly securityProtocol: SecurityProtocol
  /** Options for Node's TLS; null: plain text. */
  readonly ssl: ConnectionOptions | null
  readonly sasl: SaslSettings | null
  /** Longest wait for a TCP connection, TLS handshake included. */
  readonly connectionTimeoutMs: number
  /** Longest wait for the answer to a request. */
  readonly requestTimeoutMs: number
  /** First pause before a broker that could not be reached is tried again; it doubles up to the maximum. */
  readonly reconnectBackoffMs: number
  readonly reconnectBackoffMaxMs: number
  /** Whether asking about an unknown topic may create it (if the broker does that at all). */
  readonly allowAutoTopicCreation: boolean
}

export type SecurityProtocol = 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL'

export type SaslSettings =
  | {
      readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'
      readonly username: string
      readonly password: Password
    }
  | {
      readonly mechanism: 'OAUTHBEARER'
      /** Called at each authentication and re-authentication; caches the token for as long as it is good. */
      readonly token: () => Promise<string>
      /** SASL extensions sent beside the token. */
      readonly extensions: Readonly<Record<string, string>>
    }

export interface HostAndPort {
  readonly host: string
  readonly port: number
}

/** `host:port` or `[v6]:port`, with or without `scheme://` before it. Undefined: not an address. */
export const parseAddress = (text: string): HostAndPort | undefined => {
  const match = /^(?:[A-Za-z_][\w.+-]*:\/\/)?(?:\[([0-9A-Fa-f:.%]+)\]|([^\s[\]:/]+)):(\d{1,5})$/.exec(text)
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3])
  return host === undefined || port < 1 || port > 65535 ? undefined : { host, port }
}
