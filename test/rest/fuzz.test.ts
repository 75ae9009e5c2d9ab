/** Requests that make no sense: each is answered, or its connection closed, and the API goes on. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startRest } from '../../src/rest/server.ts'
import { FakeLogger } from '../helpers/fake-context.ts'
import { seededRandom } from '../helpers/seeded-random.ts'
import { FakeHerder, restParts, workerSettings } from './fake-rest.ts'
import { randomRequests } from './random-requests.ts'
import { sendRaw } from './raw-http.ts'

const REQUESTS = 2000
const AT_ONCE = 20

const log = new FakeLogger()
const settings = workerSettings({ listeners: 'http://127.0.0.1:0' })
const rest = await startRest({ ...restParts({ settings, herder: new FakeHerder(), log }), tls: () => ({}) })
after(() => rest.close(0))
const port = Number(new URL(rest.addresses[0]!).port)

test(`${REQUESTS} random requests are all answered without an internal error, and the API is healthy after them`, async () => {
  const counts = new Map<number | undefined, number>()
  const failed: string[] = []
  const next = randomRequests(seededRandom(20260101))
  const sender = async (share: number): Promise<void> => {
    for (let i = 0; i < share; i++) {
      const { bytes, complete } = next()
      // A request that promises more than it sends is never complete: this side gives up.
      const { answers } = await sendRaw(bytes, { port, giveUpMs: 20_000, endsAfterwards: !complete })
      const status = answers[0]?.status
      counts.set(status, (counts.get(status) ?? 0) + 1)
      if (status === 500) failed.push(bytes.toString('latin1', 0, 300))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, () => sender(REQUESTS / AT_ONCE)))
  console.log(`answers by status: ${[...counts].map(([status, count]) => `${status ?? 'none'} ${count}`).join(', ')}`)
  assert.deepEqual(failed, [])
  assert.ok((counts.get(200) ?? 0) > 100 && (counts.get(400) ?? 0) > 100 && (counts.get(404) ?? 0) > 100)
  assert.ok((counts.get(undefined) ?? 0) < REQUESTS / 20, 'hardly any stays without an answer')
  assert.deepEqual(log.messages('error'), [])
  const health = await fetch(`${rest.addresses[0]}/health`)
  assert.equal(health.status, 200)
  assert.equal(Object.hasOwn(Object.prototype, 'a'), false)
})
