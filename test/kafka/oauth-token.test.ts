import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { Password } from '../../src/config/define.ts'
import { type OauthSource, oauthToken } from '../../src/kafka/oauth-token.ts'

const source: OauthSource = {
  endpoint: null,
  clientId: null,
  clientSecret: null,
  scope: null,
  urlEncode: false,
  timeoutMs: 20_000,
}

const part = (text: string | undefined): unknown => JSON.parse(Buffer.from(text ?? '', 'base64url').toString())

/** Serves the answers in order and gives what was asked. */
const withEndpoint = async (
  answers: readonly { status: number; body: string }[],
  use: (endpoint: string, asked: { headers: IncomingMessage['headers']; body: string }[]) => Promise<void>,
): Promise<void> => {
  const asked: { headers: IncomingMessage['headers']; body: string }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (data) => {
      body += data
    })
    request.on('end', () => {
      asked.push({ headers: request.headers, body })
      const answer = answers[Math.min(asked.length, answers.length) - 1]
      response.writeHead(answer?.status ?? 500).end(answer?.body)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/token`, asked)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const jwt = (exp: number): string => `h.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.s`

test('client credentials are sent to the token endpoint, and the token is kept for most of its life', async () => {
  const body = JSON.stringify({ access_token: jwt(Date.now() / 1000 + 3600) })
  await withEndpoint([{ status: 200, body }], async (endpoint, asked) => {
    const options = new Map([
      ['clientId', 'me'],
      ['clientSecret', 'hush'],
      ['scope', 'kafka read'],
    ])
    const token = oauthToken(options, { ...source, endpoint })
    const [first, second] = await Promise.all([token(), token()])
    assert.equal(first, second)
    assert.equal(await token(), first)
    assert.equal(asked.length, 1)
    assert.equal(asked[0]?.headers.authorization, `Basic ${Buffer.from('me:hush').toString('base64')}`)
    assert.equal(asked[0]?.body, 'grant_type=client_credentials&scope=kafka+read')
  })
})

test('an expired token is fetched again', async () => {
  const answers = [jwt(Date.now() / 1000 - 1), jwt(Date.now() / 1000 + 60)].map((access_token) => ({
    status: 200,
    body: JSON.stringify({ access_token }),
  }))
  await withEndpoint(answers, async (endpoint, asked) => {
    const credentials = { clientId: 'me', clientSecret: new Password('hush') }
    const token = oauthToken(new Map(), { ...source, ...credentials, endpoint })
    assert.notEqual(await token(), await token())
    await token()
    assert.equal(asked.length, 2)
  })
})

test('an endpoint that refuses is named, with its status and without the secret', async () => {
  await withEndpoint([{ status: 401, body: 'no' }], async (endpoint) => {
    const credentials = { clientId: 'me', clientSecret: new Password('hush') }
    const token = oauthToken(new Map(), { ...source, ...credentials, endpoint })
    await assert.rejects(token(), { message: `token endpoint ${endpoint} answered 401 Unauthorized` })
  })
})

test('a token may come from a file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'token-'))
  writeFileSync(join(folder, 'token'), 'a.b.c\n')
  const token = oauthToken(new Map(), { ...source, endpoint: pathToFileURL(join(folder, 'token')).href })
  assert.equal(await token(), 'a.b.c')
  await rm(folder, { recursive: true })
})

test('without an endpoint the token is an unsigned JWT made of the options', async () => {
  const options = new Map([
    ['unsecuredLoginStringClaim_sub', 'alice'],
    ['unsecuredLoginNumberClaim_level', '3'],
    ['unsecuredLoginListClaim_groups', '|a|b'],
    ['unsecuredLoginLifetimeSeconds', '60'],
  ])
  const [header, claims, signature] = (await oauthToken(options, source)()).split('.')
  assert.deepEqual(part(header), { alg: 'none' })
  const { iat, exp, ...rest } = part(claims) as { iat: number; exp: number }
  assert.deepEqual(rest, { sub: 'alice', level: 3, groups: ['a', 'b'] })
  assert.equal(Math.round(exp - iat), 60)
  assert.equal(signature, '')
  await assert.rejects(oauthToken(new Map(), source)(), /unsecuredLoginStringClaim_sub is needed/)
})

test('missing credentials and addresses that are none are told when the client is made', () => {
  assert.throws(
    () => oauthToken(new Map(), { ...source, endpoint: 'http://x/' }),
    /The OAuth client id and secret are needed/,
  )
  assert.throws(() => oauthToken(new Map(), { ...source, endpoint: 'nowhere' }), /value must be a URL/)
})
