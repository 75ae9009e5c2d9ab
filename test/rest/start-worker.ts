import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadWorker } from '../../src/cli/load-worker.ts'
import { connectorValidator } from '../../src/cli/validator.ts'
import type { RawConfig } from '../../src/config/define.ts'
import { resolveVariables } from '../../src/config/variables.ts'
import type { Logger } from '../../src/plugin/logger.ts'
import { createLoggerLevels } from '../../src/rest/logger-levels.ts'
import { startRest } from '../../src/rest/server.ts'
import { healthReasons } from '../../src/runtime/health-reasons.ts'
import { createHerder } from '../../src/runtime/herder.ts'
import { createStatusBoard } from '../../src/runtime/task-status.ts'
import { openOffsetFile } from '../../src/storage/offset-file.ts'

/** A worker with its REST API in this process, on a free port. */
export const startWorker = async (bootstrap: string, more = '', log: Logger = SILENT) => {
  const folder = mkdtempSync(join(tmpdir(), 'rest-worker-'))
  const file = join(folder, 'worker.properties')
  writeFileSync(
    file,
    `bootstrap.servers=${bootstrap}
listeners=http://127.0.0.1:0
key.converter=org.apache.kafka.connect.json.JsonConverter
value.converter=org.apache.kafka.connect.json.JsonConverter
offset.storage.file.filename=${folder}/connect.offsets
offset.flush.interval.ms=500
${more}
`,
  )
  const worker = await loadWorker(file)
  const resolve = async (raw: RawConfig) => (await resolveVariables(raw, worker.providers)).config
  const { settings, raw, catalog } = worker
  const logFor = () => log
  const parts = {
    ...{ settings, raw, catalog, resolve, logFor },
    offsets: await openOffsetFile(settings['offset.storage.file.filename']),
    status: createStatusBoard(),
    counts: new Map(),
    activeTopics: new Map(),
    warnOnce: () => undefined,
  }
  const validate = connectorValidator(worker, resolve)
  const herder = createHerder({ ...parts, validate })
  const levels = new Map<string, string>()
  const rest = await startRest({
    ...{ settings, herder, catalog, validate, log },
    tls: () => ({}),
    mask: worker.masker.mask,
    version: '4.3.1',
    commit: 'test',
    clusterId: 'test-cluster',
    loggers: createLoggerLevels({
      names: () => ['worker', 'rest', 'kafka'],
      level: (name) => levels.get(name) ?? levels.get('root') ?? 'INFO',
      setLevel: (name, level) => void levels.set(name, level),
    }),
    isReady: () => true,
    reasons: () => healthReasons(herder, parts.counts),
    metrics: async () => '',
  })
  return {
    url: rest.addresses[0]!,
    folder,
    herder,
    async close() {
      await rest.close(5000)
      await herder.shutdown()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const SILENT: Logger = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
  trace: () => undefined,
  isEnabled: () => false,
}
