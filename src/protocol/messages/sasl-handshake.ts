import { defineApi } from '../message.ts'
import { int16, string } from '../message-fields.ts'
import { array } from '../message-table.ts'

/** Chooses a SASL mechanism. */
export const saslHandshake = defineApi({
  name: 'SaslHandshake',
  key: 17,
  versions: '0-1',
  flexible: 'none',
  request: { mechanism: string('0+') },
  response: { errorCode: int16('0+'), mechanisms: array('0+', string('0+')) },
})
