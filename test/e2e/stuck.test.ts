import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { kafka, uniqueName } from '../helpers/kafka-server.ts'
import { fileSource, startOurWorker, workerSettings } from '../helpers/our-worker.ts'
import { waitUntil } from '../helpers/processes.ts'
import { parsePrometheus } from '../helpers/prometheus-text.ts'
import { temporaryDir } from '../helpers/services-dir.ts'
import { installPlugins } from './plugin-folder.ts'

interface Told {
  readonly state?: string
  readonly stuck_in?: string
  readonly stuck_since?: string
}
interface Health {
  readonly status: string
  readonly reasons?: readonly { readonly connector: string; readonly problem: string; readonly since: string }[]
}

test('a task that does not come back says since when and in what: in its status, /health, metrics and the log', {
  timeout: 180_000,
}, async (t) => {
  const server = await kafka()
  const folder = temporaryDir(t)
  const topic = await server.newTopic('stuck')
  const [stuck, fine] = [uniqueName('stuck'), uniqueName('fine')]
  const worker = await startOurWorker({
    folder,
    worker: workerSettings(server.bootstrap, folder, {
      'plugin.path': installPlugins(folder),
      'task.stuck.after.ms': 2500,
      'task.shutdown.graceful.timeout.ms': 500,
    }),
    connectors: [
      { name: stuck, 'connector.class': 'test.e2e.StuckSource', topic },
      fileSource(fine, join(folder, 'none.txt'), topic),
    ],
  })
  t.after(() => worker.kill9())
  const ask = async <T>(path: string): Promise<T> =>
    (await (await fetch(`${worker.restUrl()}${path}`, { signal: AbortSignal.timeout(20_000) })).json()) as T
  const status = (name: string): Promise<Told> => ask(`/connectors/${name}/tasks/0/status`)

  await worker.waitForLog(`polling, and will not come back`)
  const told = await waitUntil(
    async () => {
      const now = await status(stuck)
      return now.stuck_since === undefined ? undefined : now
    },
    { timeoutMs: 60_000, what: 'the status to tell' },
  )
  assert.equal(told.state, 'RUNNING')
  assert.equal(told.stuck_in, 'poll')
  const since = Date.parse(told.stuck_since ?? '')
  // What the worker measures by its steady clock, and this looks at by the other, which may have been set meanwhile.
  assert.ok(Date.now() - since >= 2400 && Date.now() - since < 60_000, told.stuck_since)
  assert.equal((await status(fine)).stuck_since, undefined)

  const health = await ask<Health>('/health')
  assert.equal(health.status, 'healthy')
  assert.deepEqual(
    health.reasons?.map(({ connector, problem }) => ({ connector, problem })),
    [{ connector: stuck, problem: 'stuck' }],
  )
  assert.equal(health.reasons?.[0]?.since, told.stuck_since)

  await worker.waitForLog(`Task ${stuck}-0 is stuck: poll has not returned since ${told.stuck_since}`)
  const metrics = parsePrometheus(await (await fetch(`${worker.restUrl()}/metrics`)).text())
  const labels = { connector: stuck, task: '0', call: 'poll' }
  assert.ok(metrics.value('connect_standalone_stuck_seconds', labels) >= 2.5)
  assert.deepEqual(metrics.find('connect_standalone_stuck_seconds', { connector: fine }), [])
  const lines = worker.output().split('\n')
  assert.equal(lines.filter((line) => line.includes('is stuck')).length, 1, 'it is logged once')
})
