import { type ConfigOf, type ConfigProblem, Password } from '../config/define.ts'
import { invalidValue } from '../config/parse.ts'
import type { SASL_KEYS } from './client-keys.ts'
import type { SaslSettings } from './connection-settings.ts'
import { type LoginModule, parseJaas } from './jaas.ts'
import { oauthToken } from './oauth-token.ts'

export type SaslValues = ConfigOf<typeof SASL_KEYS>

const SUPPORTED = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER']

/** How to log in. What is wrong is added to `problems`, without any secret. */
export const saslSettings = (values: SaslValues, problems: ConfigProblem[]): SaslSettings | null => {
  const mechanism = values['sasl.mechanism'] ?? 'GSSAPI'
  const fail = (key: string, message: string): null => {
    problems.push({ key, value: key === 'sasl.mechanism' ? mechanism : '[hidden]', message })
    return null
  }
  if (!SUPPORTED.includes(mechanism)) {
    const hint = mechanism === 'GSSAPI' ? ' (the default; Kerberos is not supported)' : ''
    const reason = `this mechanism is not supported here${hint}. Supported: ${SUPPORTED.join(', ')}`
    return fail('sasl.mechanism', invalidValue('sasl.mechanism', mechanism, reason))
  }
  const jaas = values['sasl.jaas.config']
  if (jaas === null) {
    return fail('sasl.jaas.config', `sasl.jaas.config is not set, and sasl.mechanism ${mechanism} needs it`)
  }
  try {
    const module = parseJaas(jaas.value)
    return mechanism === 'OAUTHBEARER' ? oauth(module, values) : credentials(mechanism, module)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return fail('sasl.jaas.config', invalidValue('sasl.jaas.config', '[hidden]', reason))
  }
}

const PLAIN_MODULE = 'org.apache.kafka.common.security.plain.PlainLoginModule'
const SCRAM_MODULE = 'org.apache.kafka.common.security.scram.ScramLoginModule'
const OAUTH_MODULE = 'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule'

const credentials = (mechanism: string, { className, options }: LoginModule): SaslSettings => {
  requireModule(mechanism, className, mechanism === 'PLAIN' ? PLAIN_MODULE : SCRAM_MODULE)
  if (options.get('tokenauth') === 'true') throw new Error('delegation tokens (tokenauth) are not supported here')
  const username = options.get('username')
  const password = options.get('password')
  if (username === undefined || password === undefined) {
    throw new Error(`${className} needs the options username and password`)
  }
  return { mechanism: mechanism as 'PLAIN', username, password: new Password(password) }
}

/** Distributions that repackage Kafka's classes keep their simple names. */
const requireModule = (mechanism: string, className: string, expected: string): void => {
  const simple = expected.slice(expected.lastIndexOf('.') + 1)
  if (className !== expected && !className.endsWith(`.${simple}`)) {
    throw new Error(`sasl.mechanism ${mechanism} goes with ${expected}, not with ${className}`)
  }
}

const KNOWN_HANDLER = /^org\.apache\.kafka\.common\.security\.oauthbearer\.(secured\.)?OAuthBearerLoginCallbackHandler$/

const oauth = ({ className, options }: LoginModule, values: SaslValues): SaslSettings => {
  requireModule('OAUTHBEARER', className, OAUTH_MODULE)
  const handler = values['sasl.login.callback.handler.class']
  if (handler !== null && !KNOWN_HANDLER.test(handler)) {
    throw new Error(`sasl.login.callback.handler.class ${handler} is a JVM class that is not supported here`)
  }
  const prefix = handler === null ? 'unsecuredLoginExtension_' : 'extension_'
  const extensions = Object.fromEntries(
    [...options].filter(([key]) => key.startsWith(prefix)).map(([key, value]) => [key.slice(prefix.length), value]),
  )
  return {
    mechanism: 'OAUTHBEARER',
    token: oauthToken(options, {
      endpoint: handler === null ? null : (values['sasl.oauthbearer.token.endpoint.url'] ?? ''),
      clientId: values['sasl.oauthbearer.client.credentials.client.id'],
      clientSecret: values['sasl.oauthbearer.client.credentials.client.secret'],
      scope: values['sasl.oauthbearer.scope'],
      urlEncode: values['sasl.oauthbearer.header.urlencode'] === true,
      timeoutMs: (values['sasl.login.connect.timeout.ms'] ?? 10_000) + (values['sasl.login.read.timeout.ms'] ?? 10_000),
    }),
    extensions,
  }
}
