/** What a JKS or PKCS12 file holds, certificates and keys in DER. */
export interface KeyStoreContents {
  readonly keys: readonly KeyEntry[]
  /** Every certificate that is not part of a key's chain. */
  readonly certificates: readonly Buffer[]
}

export interface KeyEntry {
  readonly alias: string
  /** Unencrypted PKCS#8. */
  readonly key: Buffer
  /** The key's own certificate first. */
  readonly chain: readonly Buffer[]
}

export interface KeyStorePasswords {
  /** Null: integrity is not checked, and nothing encrypted can be read. */
  readonly store: string | null
  /** Default: that of the store. */
  readonly key: string | null
}
