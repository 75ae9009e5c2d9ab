import type { RawConfig } from '../config/define.ts'
import { isSecretKey, type SecretMasker } from '../config/secrets.ts'

/** Makes the values of settings that are secret by their name known to the masker, before anything is logged. */
export const registerSecrets = (masker: SecretMasker, raw: RawConfig): void => {
  for (const [key, value] of Object.entries(raw)) {
    if (!isSecretKey(key)) continue
    masker.register(value)
    if (value !== null && /(?:^|\.)sasl\.jaas\.config$/i.test(key)) masker.register(...optionsOf(value))
  }
}

/** Passwords and the like within a JAAS line: a broker or a log-in module may repeat one of them alone. */
const optionsOf = (jaas: string): readonly string[] =>
  [...jaas.matchAll(/\b\w*(?:pass|secret|token|key)\w*\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s";]+))/gi)].map(
    ([, quoted, bare]) => quoted?.replaceAll(/\\(.)/g, '$1') ?? bare ?? '',
  )
