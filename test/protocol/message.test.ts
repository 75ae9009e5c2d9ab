import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import {
  type Api,
  commonVersion,
  decodeRequest,
  decodeRequestBody,
  decodeResponse,
  decodeResponseBody,
  defineApi,
  encodeRequest,
  encodeRequestBody,
  encodeResponse,
  encodeResponseBody,
  requestHeaderVersion,
  responseHeaderVersion,
} from '../../src/protocol/message.ts'
import { int32, string } from '../../src/protocol/message-fields.ts'
import { array } from '../../src/protocol/message-table.ts'
import { fetch } from '../../src/protocol/messages/fetch.ts'
import { metadata } from '../../src/protocol/messages/metadata.ts'
import { produce } from '../../src/protocol/messages/produce.ts'
import { ProtocolError } from '../../src/protocol/protocol-error.ts'
import { Reader } from '../../src/protocol/reader.ts'
import { Writer } from '../../src/protocol/writer.ts'
import { recordedLines, seededRandom } from './recorded-lines.ts'

interface RecordedMessage {
  api: string
  version: number
  kind: 'request' | 'response'
  headerVersion: number
  hex: string
  value: never
}

const folder = new URL('../../src/protocol/messages/', import.meta.url)
const apis = new Map<string, Api>()
for (const file of readdirSync(folder)) {
  for (const api of Object.values((await import(new URL(file, folder).href)) as Record<string, Api>))
    apis.set(api.name, api)
}

const unpack = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(unpack)
  if (value === null || typeof value !== 'object') return value
  if ('base64' in value) return Buffer.from(String(value.base64), 'base64')
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, unpack(one)]))
}

const encodeBody = (api: Api, { version, kind }: RecordedMessage, value: never): Buffer => {
  const writer = new Writer()
  if (kind === 'request') encodeRequestBody(api, version, value, writer)
  else encodeResponseBody(api, version, value, writer)
  return writer.written()
}
const decodeBody = (api: Api, { version, kind }: RecordedMessage, bytes: Buffer): unknown => {
  const reader = new Reader(bytes)
  const body = kind === 'request' ? decodeRequestBody(api, version, reader) : decodeResponseBody(api, version, reader)
  assert.equal(reader.remaining, 0, 'everything is read')
  return body
}

const recorded = recordedLines<RecordedMessage>('messages')

for (const name of new Set(recorded.map((one) => one.api))) {
  test(`${name} has the bytes that Apache Kafka reads and writes`, () => {
    const api = apis.get(name)!
    for (const row of recorded.filter((one) => one.api === name)) {
      const value = unpack(row.value) as never
      assert.equal(encodeBody(api, row, value).toString('hex'), row.hex, `${row.kind} ${row.version}`)
      assert.deepEqual(decodeBody(api, row, Buffer.from(row.hex, 'hex')), value, `${row.kind} ${row.version}`)
      const headerVersion = row.kind === 'request' ? requestHeaderVersion : responseHeaderVersion
      assert.equal(headerVersion(api, row.version), row.headerVersion)
    }
  })
}

test('every table has recorded messages', () => {
  assert.deepEqual([...apis.keys()].sort(), [...new Set(recorded.map((one) => one.api))].sort())
})

test('a request and its response go through both ends', () => {
  for (const version of [4, 9]) {
    const request = encodeRequest(metadata, version, { correlationId: 7, clientId: 'me' }, { topics: [{ name: 'a' }] })
    assert.equal(request.readInt32BE(0), request.length - 4)
    const { header, body } = decodeRequest(metadata, request.subarray(4))
    assert.deepEqual(header, { apiKey: 3, apiVersion: version, correlationId: 7, clientId: 'me' })
    assert.equal(body.topics![0]!.name, 'a')
    assert.equal(body.allowAutoTopicCreation, true)

    const brokers = [{ nodeId: 1, host: 'h', port: 9092 }]
    const response = encodeResponse(metadata, version, 7, { brokers, topics: [] })
    const answer = decodeResponse(metadata, version, response.subarray(4))
    assert.equal(answer.correlationId, 7)
    assert.deepEqual(answer.body.brokers, [{ nodeId: 1, host: 'h', port: 9092, rack: null }])
    assert.equal(answer.body.controllerId, -1)
  }
})

test('tagged fields are written only when they are not the default, and unknown ones are passed over', () => {
  const request = (clusterId?: string) => {
    const writer = new Writer()
    encodeRequestBody(fetch, 12, { clusterId, maxWaitMs: 1, minBytes: 1, topics: [] }, writer)
    return writer.written()
  }
  assert.equal(request().length, request('c').length - 4)
  assert.equal(decodeRequestBody(fetch, 12, new Reader(request('c'))).clusterId, 'c')
  const plain = request()
  const withUnknownTag = Buffer.concat([plain.subarray(0, -1), Buffer.from([1, 99, 2, 0xff, 0xff])])
  assert.deepEqual(
    decodeRequestBody(fetch, 12, new Reader(withUnknownTag)),
    decodeRequestBody(fetch, 12, new Reader(plain)),
  )
})

test('an error says which message, version and field it was', () => {
  assert.throws(
    () => encodeResponse(metadata, 1, 1, { brokers: [], topics: [{ errorCode: 0, name: null, partitions: [] }] }),
    {
      name: 'ProtocolError',
      message: 'Metadata response version 1: topics: name: null is not allowed in version 1',
    },
  )
  assert.throws(() => decodeResponse(produce, 7, Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 0, 9, 65])), {
    message: 'Produce response version 7: responses: name: Truncated: 9 bytes expected at index 10, 1 left',
  })
  assert.throws(
    () => encodeRequest(produce, 2, { correlationId: 1, clientId: null }, { acks: 1, timeoutMs: 1, topicData: [] }),
    {
      message: 'Produce request version 2: unknown version (known: 3 to 13)',
    },
  )
})

test('messages that are cut off or damaged give a ProtocolError or a message, never anything else', () => {
  const random = seededRandom(7)
  for (const row of recorded) {
    const api = apis.get(row.api)!
    const bytes = Buffer.from(row.hex, 'hex')
    for (let round = 0; round < 20; round++) {
      const copy = Buffer.from(bytes.subarray(0, random(bytes.length + 1)))
      if (copy.length > 0 && round % 2) copy[random(copy.length)] = random(256)
      try {
        if (row.kind === 'request') decodeRequestBody(api, row.version, new Reader(copy))
        else decodeResponseBody(api, row.version, new Reader(copy))
      } catch (error) {
        assert.ok(error instanceof ProtocolError, (error as Error).stack)
      }
    }
  }
})

test('the version to use is the highest that both sides know', () => {
  assert.equal(commonVersion(produce, { minVersion: 0, maxVersion: 8 }), 8)
  assert.equal(commonVersion(produce, { minVersion: 3, maxVersion: 99 }), 13)
  assert.equal(commonVersion(produce, { minVersion: 0, maxVersion: 2 }), undefined)
  assert.equal(commonVersion(produce, { minVersion: 14, maxVersion: 20 }), undefined)
})

test('field names such as __proto__ and constructor in a table are fields like any other', () => {
  const odd = defineApi({
    name: 'Odd',
    key: 99,
    versions: '0',
    flexible: 'none',
    request: { constructor: int32('0+'), ['__proto__']: string('0+'), toString: array('1+', int32('1+')) },
    response: {},
  })
  const values = JSON.parse('{"constructor": 5, "__proto__": "x"}')
  const writer = new Writer()
  encodeRequestBody(odd, 0, values, writer)
  const body = decodeRequestBody(odd, 0, new Reader(writer.written()))
  assert.equal(Object.getPrototypeOf(body), Object.prototype)
  assert.equal(body['constructor'], 5)
})
