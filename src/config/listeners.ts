import type { Validator } from './define.ts'
import { javaIsBlank, javaTrim } from './java-text.ts'

export interface Listener {
  readonly scheme: 'http' | 'https'
  /** Empty: every interface. IPv6 addresses without brackets. */
  readonly host: string
  /** 0: any free port. */
  readonly port: number
}

/** @throws Error for anything but `http://HOST:PORT` or `https://HOST:PORT` (HOST may be missing) */
export const parseListener = (text: string): Listener => {
  const match = /^(.*):\/\/\[?([0-9a-zA-Z\-%._:]*)\]?:(-?[0-9]+)$/.exec(javaTrim(text))
  const [, scheme = '', host = '', portText = ''] = match ?? []
  const port = Number(portText)
  if (!match || port < 0 || port > 65_535) {
    throw new Error(
      `Listener doesn't have the right format or contains unsupported protocol: ${text}. Expected http://HOST:PORT or https://HOST:PORT`,
    )
  }
  const lower = scheme.toLowerCase()
  if (lower !== 'http' && lower !== 'https')
    throw new Error(`Listener protocol must be either "http" or "https": ${text}`)
  return { scheme: lower, host, port }
}

const urls: Validator<readonly string[] | null> = (key, value) => {
  for (const text of value ?? []) {
    if (javaIsBlank(text)) return { wholeMessage: `Empty URL found when parsing ${key} list.` }
    try {
      parseListener(text)
    } catch (error) {
      return { wholeMessage: error instanceof Error ? error.message : String(error) }
    }
  }
  return null
}

/** At least one listener. */
export const listenerList: Validator<readonly string[] | null> = (key, value) =>
  value === null || value.length === 0
    ? {
        wholeMessage: `Invalid value for ${key}, at least one URL is expected, ex: http://localhost:8080,https://localhost:8443.`,
      }
    : urls(key, value)

/** Null (same as `listeners`), none at all, or listeners. */
export const adminListenerList: Validator<readonly string[] | null> = urls
