/** What is known of one client's connection. */
export interface ConnectionContext {
  readonly remoteHost: string
  /** The address that the client reached us at. */
  readonly localHost: string
  /** Aborted when the connection is closed. */
  readonly signal: AbortSignal
  /** The mechanism that was chosen, while SASL goes on; undefined before. */
  saslMechanism: string | undefined
  isAuthenticated: boolean
}
