import type { RawConfig } from '../config/define.ts'
import { isSecretKey, type SecretMasker } from '../config/secrets.ts'

/** Makes the values of settings that are secret by their name known to the masker, before anything is logged. */
export const registerSecrets = (masker: SecretMasker, raw: RawConfig): void => {
  for (const [key, value] of Object.entries(raw)) if (isSecretKey(key)) masker.register(value)
}
