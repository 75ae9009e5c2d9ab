import type { RawConfig } from '../config/define.ts'
import { HIDDEN, isSecretKey } from '../config/secrets.ts'

type Mask = (text: string) => string

/** A variable alone tells nothing, and is what a user wants to see. */
const VARIABLES = /^\s*(?:\$\{[^}]*\}\s*)+$/
/** `password=...` and the like in the parameters of an address, and `user:password@` before its host. */
const PARAMETER = /([?&;][^=&;]*(?:pass|secret|token|key)[^=&;]*=)[^&;]*/gi
const LOGIN = /(:\/\/)[^/@\s]*:[^/@\s]*@/g

/**
 * A config as REST shows it: `[hidden]` for what is known to be secret, by the key's name or because a plug-in calls it a
 * password. Variables are shown as they were written.
 */
export const shownConfig = (config: RawConfig, mask: Mask): RawConfig => {
  const shown: Record<string, string | null> = Object.create(null)
  for (const [key, value] of Object.entries(config)) shown[key] = value === null ? null : shownValue(key, value, mask)
  return shown
}

const shownValue = (key: string, value: string, mask: Mask): string => {
  if (key === 'name' || value === '' || VARIABLES.test(value)) return value
  if (isSecretKey(key)) return HIDDEN
  if (mask(value) === HIDDEN) return HIDDEN
  return value.replaceAll(PARAMETER, `$1${HIDDEN}`).replaceAll(LOGIN, `$1${HIDDEN}@`)
}

/**
 * A config that a client sends back: where it says what it was shown for a secret, the secret itself is meant. So a UI that
 * reads a config, changes a setting and writes it back changes no password.
 *
 * @param stored undefined: there is no connector of this name
 */
export const withStoredSecrets = (given: RawConfig, stored: RawConfig | undefined, mask: Mask): RawConfig => {
  if (stored === undefined) return given
  const shown = shownConfig(stored, mask)
  const whole: Record<string, string | null> = Object.create(null)
  for (const [key, value] of Object.entries(given)) {
    const isAsShown = Object.hasOwn(stored, key) && value !== null && value === shown[key]
    whole[key] = isAsShown ? (stored[key] ?? null) : value
  }
  return whole
}
