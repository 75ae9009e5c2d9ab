import type { Codecs } from '../protocol/codec.ts'
import { loadCodecs } from '../protocol/compression.ts'

/** Decompression is needed seldom (a look-up by time, a compacted topic) and takes longer to load than the broker. */
export interface LazyCodecs {
  /** Those that are loaded: none until `load` has resolved. */
  readonly current: Codecs
  readonly isLoaded: boolean
  load(): Promise<void>
}

export const lazyCodecs = (): LazyCodecs => {
  let current: Codecs = []
  let loading: Promise<void> | undefined
  return {
    get current() {
      return current
    },
    get isLoaded() {
      return current.length > 0
    },
    load: () => {
      loading ??= loadCodecs().then((codecs) => {
        current = codecs
      })
      return loading
    },
  }
}
