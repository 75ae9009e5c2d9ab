import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigParseError } from '../../src/config/parse.ts'
import { KafkaError } from '../../src/kafka/errors.ts'
import { ConfigError, ConnectError, DataError, RetriableError } from '../../src/plugin/errors.ts'
import { HerderError } from '../../src/runtime/herder-error.ts'
import { isWorthRestarting } from '../../src/runtime/worth-restarting.ts'

const causedBy = (cause: unknown): Error => new ConnectError('Tolerance exceeded in error handler', { cause })
const saying = (retriable: boolean, error: Error): Error => Object.assign(error, { retriable })
const withCode = (code: string): Error => Object.assign(new Error(code), { code })

const worth: readonly (readonly [what: string, error: unknown])[] = [
  ['an error that nobody knows', new Error('connection lost')],
  ['a refused connection', withCode('ECONNREFUSED')],
  ['something that is no error', 'gone'],
  ['a retriable error', new RetriableError('later')],
  ['an error whose cause is retriable', causedBy(new RetriableError('later'))],
  ['a broker that cannot be reached', new KafkaError('CONNECTION_FAILED', 'no', { retriable: true })],
  ['a producer that was fenced off', causedBy(new KafkaError('INVALID_PRODUCER_EPOCH', 'fenced'))],
  ['a mistake, if the connector says that it is none', saying(true, new ConfigError('not yet'))],
  ['a worker that has run out of something', new HerderError(500, 'full')],
]
for (const [what, error] of worth) {
  test(`worth a restart: ${what}`, () => assert.equal(isWorthRestarting(error), true))
}

const notWorth: readonly (readonly [what: string, error: unknown])[] = [
  ['a wrong setting', new ConfigError('no such table')],
  ['settings that cannot be parsed', new ConfigParseError([{ key: 'a', value: 'b', message: 'c' }])],
  ['a config that is refused', new HerderError(400, 'invalid')],
  ['data that cannot be converted', causedBy(new DataError('not a struct'))],
  ['a missing module', withCode('ERR_MODULE_NOT_FOUND')],
  ['wrong credentials', causedBy(new KafkaError('AUTHENTICATION_FAILED', 'no'))],
  ['a missing permission', new KafkaError('TOPIC_AUTHORIZATION_FAILED', 'no')],
  ['a record that is too large', causedBy(new KafkaError('MESSAGE_TOO_LARGE', 'no'))],
  ['whatever the connector says is not', saying(false, new Error('the table is gone'))],
  ['what says so around a retriable cause', saying(false, causedBy(new RetriableError('later')))],
]
for (const [what, error] of notWorth) {
  test(`not worth a restart: ${what}`, () => assert.equal(isWorthRestarting(error), false))
}
