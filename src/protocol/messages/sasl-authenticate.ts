import { defineApi } from '../message.ts'
import { bytes, int16, int64, string } from '../message-fields.ts'

/** One step of a SASL exchange. */
export const saslAuthenticate = defineApi({
  name: 'SaslAuthenticate',
  key: 36,
  versions: '0-2',
  flexible: '2+',
  request: { authBytes: bytes('0+') },
  response: {
    errorCode: int16('0+'),
    errorMessage: string('0+', { nullable: '0+' }),
    authBytes: bytes('0+'),
    sessionLifetimeMs: int64('1+'),
  },
})
