import type { TlsOptions } from 'node:tls'
import type { ConfigProblem, RawConfig } from '../config/define.ts'
import { parseConfig } from '../config/parse.ts'
import { listenerSslSettings, sslConfig } from '../config/ssl-settings.ts'
import { tlsOptions } from '../kafka/tls-options.ts'
import { ConfigError } from '../plugin/errors.ts'

/**
 * TLS of HTTPS listeners, from the worker's keys under the prefix, or from those without a prefix when none stands there.
 *
 * @throws ConfigError naming each key that cannot be used
 */
export const listenerTls = (raw: RawConfig, prefix: 'listeners.https.' | 'admin.listeners.https.'): TlsOptions => {
  const given = listenerSslSettings(raw, prefix)
  const { values, problems } = parseConfig(sslConfig, given)
  const all: ConfigProblem[] = [...problems]
  const { checkServerIdentity: _clientsOnly, ...options } = problems.length > 0 ? {} : tlsOptions(values, all)
  if (all.length === 0 && options.key === undefined) {
    all.push({
      key: 'ssl.keystore.location',
      value: null,
      message: 'an https listener needs a certificate and its key',
    })
  }
  if (all.length > 0) {
    const name = Object.keys(given).some((key) => Object.hasOwn(raw, prefix + key)) ? prefix : ''
    throw new ConfigError(all.map(({ key, message }) => `${name}${key}: ${message}`).join('\n'))
  }
  const asked = values['ssl.client.auth'].toLowerCase()
  return { ...options, requestCert: asked !== 'none', rejectUnauthorized: asked === 'required' } as TlsOptions
}
