import { Password, type RawConfig } from './define.ts'

export const HIDDEN = '[hidden]'

/** Shorter values would tear up ordinary words and numbers, and then show by the gaps what they are. */
const MIN_LENGTH = 4

/** Settings that are often filled in from variables but tell nothing; masking them would garble most lines. */
const HARMLESS = new Set(['true', 'false', 'null', 'none'])

export interface SecretMasker {
  /** Values to be hidden from now on. Values of fewer than 4 characters and `true`, `false`, `null`, `none` are not. */
  register(...secrets: readonly (string | Password | null | undefined)[]): void
  /** The text with every registered value replaced by `[hidden]`; the same string when there is none in it. */
  mask(text: string): string
}

/** How a value may stand in a line: as it is, within JSON, within a URL. */
const spellings = (secret: string): string[] => {
  const json = JSON.stringify(secret).slice(1, -1)
  // A lone surrogate cannot be written in a URL; as bytes it is replaced.
  const url = encodeURIComponent(Buffer.from(secret).toString())
  return [secret, json, url, url.replaceAll('%20', '+')]
}

type Span = [start: number, end: number]

const occurrences = (text: string, secrets: readonly string[]): Span[] => {
  const spans: Span[] = []
  for (const secret of secrets) {
    for (let at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + 1)) spans.push([at, at + secret.length])
  }
  return spans.sort((a, b) => a[0] - b[0] || b[1] - a[1])
}

/** Replaces spans, sorted by their start, by one `[hidden]` each; overlapping ones by one for all. */
const hide = (text: string, spans: readonly Span[]): string => {
  let masked = ''
  let copied = 0
  for (const [start, end] of spans) {
    if (start >= copied) masked += text.slice(copied, start) + HIDDEN
    copied = Math.max(copied, end)
  }
  return masked + text.slice(copied)
}

/** Hides secret values in text on its way to a log or to an error shown to people. */
export const createSecretMasker = (): SecretMasker => {
  const secrets = new Set<string>()
  return {
    register(...values) {
      for (const value of values) {
        // Settings are trimmed when they are parsed, so the trimmed value is what turns up later.
        const secret = (value instanceof Password ? value.value : (value ?? '')).trim()
        if (secret.length < MIN_LENGTH || HARMLESS.has(secret.toLowerCase())) continue
        for (const spelling of spellings(secret)) secrets.add(spelling)
      }
    },
    mask(text) {
      let present: string[] | undefined
      for (const secret of secrets) {
        if (text.includes(secret)) {
          present ??= []
          present.push(secret)
        }
      }
      return present ? hide(text, occurrences(text, present)) : text
    },
  }
}

/** Kafka's own settings of type PASSWORD and those of common connectors, behind any prefix. */
const SECRET_KEY =
  /(?:^|\.)(?:sasl\.jaas\.config|ssl\.keystore\.key|ssl\.keystore\.certificate\.chain|ssl\.truststore\.certificates|basic\.auth\.user\.info|client\.secret|secret\.access\.key|private\.key|pass(?:word|phrase))$/i

/** Whether a key is well known to hold a secret. For log lines about keys no definition describes; never for decisions. */
export const isSecretKey = (key: string): boolean => SECRET_KEY.test(key)

/** A raw config as it may be logged: `[hidden]` in place of the values of well-known secret keys. On a null prototype. */
export const maskSecretKeys = (raw: RawConfig): RawConfig => {
  const masked: Record<string, string | null> = Object.create(null)
  for (const [key, value] of Object.entries(raw)) masked[key] = value !== null && isSecretKey(key) ? HIDDEN : value
  return masked
}
