/** Compares answers of the REST API with recorded ones, placeholders and all. */
import assert from 'node:assert/strict'

export interface RestCase {
  readonly name: string
  readonly status: number | string
  readonly contentType: string | null
  readonly location?: string
  readonly allow?: string
  readonly response?: unknown
  readonly responseText?: string
  /** How a list is compared. */
  readonly compare?: string
  /** The JVM's status where its answer was an accident. */
  readonly jvmStatus?: number
}

/** @throws AssertionError telling where the two differ */
export const assertAnswer = (expected: RestCase, actual: RestCase): void => {
  const text = JSON.stringify(actual)
  if (expected.status === '4xx') {
    assert.match(String(actual.status), /^4\d\d$/, text)
    const { error_code, message } = actual.response as { error_code?: unknown; message?: unknown }
    assert.equal(error_code, actual.status, text)
    assert.ok(typeof message === 'string' && message.length > 10, text)
  } else {
    assert.equal(actual.status, expected.status, text)
    if (expected.compare === undefined) compare(expected.response, actual.response, 'response')
    else compareListed(expected.response, actual.response)
    assert.equal(actual.responseText, expected.responseText)
  }
  assert.equal(actual.contentType, expected.contentType, text)
  assert.equal(actual.location, expected.location)
  assert.equal(actual.allow, expected.allow)
}

const placeholder = (name: string): string => ['$', '{', name, '}'].join('')
const ANY_TEXT = ['DOC', 'VERSION', 'COMMIT'].map(placeholder)

const compare = (expected: unknown, actual: unknown, at: string): void => {
  if (typeof expected === 'string' && ANY_TEXT.includes(expected)) {
    assert.ok(typeof actual === 'string' && actual !== '', `${at} must be a text, and is ${JSON.stringify(actual)}`)
  } else if (expected === placeholder('LOGGERS')) {
    const loggers = Object.values(actual as Record<string, Record<string, unknown>>)
    assert.ok(loggers.length > 1, `${at} must hold loggers`)
    for (const logger of loggers) assert.deepEqual(Object.keys(logger), ['level', 'last_modified'])
  } else if (Array.isArray(expected) && Array.isArray(actual)) {
    const [left, right] = isOfNames(expected) ? [[...expected].sort(), [...actual].sort()] : [expected, actual]
    assert.equal(right.length, left.length, `${at}: ${JSON.stringify(actual)}, and must be ${JSON.stringify(expected)}`)
    for (const [i, item] of left.entries()) compare(item, right[i], `${at}[${i}]`)
  } else if (isObject(expected) && isObject(actual)) {
    assert.deepEqual(Object.keys(actual).sort(), Object.keys(expected).sort(), `${at}: members differ`)
    for (const [name, member] of Object.entries(expected)) compare(member, actual[name], `${at}.${name}`)
  } else if (typeof expected === 'string' && expected.includes(CONNECTORS_LIST)) {
    compareConnectorList(expected, actual, at)
  } else {
    assert.deepEqual(actual, expected, at)
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** GET /connectors: the order of the JVM is that of its hash table. */
const isOfNames = (list: readonly unknown[]): boolean =>
  list.length > 1 && list.every((item) => typeof item === 'string')

const CONNECTORS_LIST = 'available connectors are: '

/** Ours has more connectors. */
const compareConnectorList = (expected: string, actual: unknown, at: string): void => {
  const [begin = '', list = ''] = expected.split(CONNECTORS_LIST)
  assert.ok(typeof actual === 'string' && actual.startsWith(begin + CONNECTORS_LIST), `${at}: ${String(actual)}`)
  for (const connector of list.split('}, '))
    assert.ok(actual.includes(connector.replace(/\}$/, '')), `${at}: ${actual}`)
}

/** Every plugin that is listed is in the answer, in this shape and order; ours lists more. */
const compareListed = (expected: unknown, actual: unknown): void => {
  const plugins = actual as readonly Record<string, unknown>[]
  const found = (expected as readonly Record<string, unknown>[]).map((wanted) => {
    const index = plugins.findIndex((each) => each['class'] === wanted['class'] && each['type'] === wanted['type'])
    assert.ok(index >= 0, `${JSON.stringify(wanted)} is not listed`)
    compare(wanted, plugins[index], 'response')
    return index
  })
  assert.deepEqual(
    found,
    [...found].sort((a, b) => a - b),
  )
}
