import { timingSafeEqual } from 'node:crypto'
import { errorCode } from '../../protocol/error-codes.ts'
import { saslAuthenticate } from '../../protocol/messages/sasl-authenticate.ts'
import { saslHandshake } from '../../protocol/messages/sasl-handshake.ts'
import { noError } from '../broker-error.ts'
import { type Handler, handler } from '../handler.ts'

const mechanisms = ['PLAIN']

/** Without a handshake of version 1 the tokens would come without a message around them: version 0 is not offered. */
export const saslHandshakeHandler: Handler = {
  ...handler(saslHandshake, ({ mechanism }, { broker, connection }) => {
    if (broker.sasl === undefined) return { errorCode: errorCode('ILLEGAL_SASL_STATE'), mechanisms: [] }
    if (!mechanisms.includes(mechanism)) return { errorCode: errorCode('UNSUPPORTED_SASL_MECHANISM'), mechanisms }
    connection.saslMechanism = mechanism
    return { errorCode: noError, mechanisms }
  }),
  versions: { from: 1, to: 1 },
}

const noBytes = Buffer.alloc(0)

export const saslAuthenticateHandler = handler(saslAuthenticate, ({ authBytes }, { broker, connection }) => {
  const failed = (name: string, errorMessage: string) => ({
    errorCode: errorCode(name),
    errorMessage,
    authBytes: noBytes,
  })
  if (broker.sasl === undefined || connection.saslMechanism === undefined) {
    return failed('ILLEGAL_SASL_STATE', 'SaslAuthenticate comes after SaslHandshake, on a broker that asks for SASL')
  }
  // authorization id NUL user NUL password
  const [authorization, user, password, ...more] = authBytes.toString('utf8').split('\0')
  const isPlain = user !== undefined && password !== undefined && more.length === 0
  const expected = isPlain ? broker.sasl.get(user) : undefined
  const isAllowed = isPlain && (authorization === '' || authorization === user)
  if (expected === undefined || !isAllowed || !isSame(expected, password!)) {
    return failed('SASL_AUTHENTICATION_FAILED', 'Authentication failed: Invalid username or password')
  }
  connection.isAuthenticated = true
  return { errorCode: noError, errorMessage: null, authBytes: noBytes, sessionLifetimeMs: 0 }
})

const isSame = (a: string, b: string): boolean => {
  const first = Buffer.from(a)
  const second = Buffer.from(b)
  return first.length === second.length && timingSafeEqual(first, second)
}
