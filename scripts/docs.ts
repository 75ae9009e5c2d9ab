/** Writes docs/worker-settings.md and docs/connectors/ from the definitions; `--check` only tells what would change. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import process, { argv } from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ownConnectorConfig } from '../src/config/own-connector-settings.ts'
import { kebabCase, renderConnectorPage, renderSettingsPage } from '../src/config/render-docs.ts'
import { sinkConnectorConfig } from '../src/config/sink-connector-settings.ts'
import { sourceConnectorConfig } from '../src/config/source-connector-settings.ts'
import { workerConfig } from '../src/config/worker-settings.ts'
import { shortName } from '../src/plugin/plugin-names.ts'
import type { PluginRow } from '../src/plugin/plugin-row.ts'

/** All generated pages, by their path below docs/. */
export const renderPages = async (rows: readonly PluginRow[]): Promise<ReadonlyMap<string, string>> => {
  const pages = new Map([
    ['worker-settings.md', renderSettingsPage('Settings of the worker', WORKER_INTRODUCTION, workerConfig)],
    [
      'connectors/every-connector.md',
      renderSettingsPage('Settings of every connector', CONNECTOR_INTRODUCTION, {
        ...sinkConnectorConfig,
        ...sourceConnectorConfig,
        ...ownConnectorConfig('source'),
      }),
    ],
  ])
  for (const row of rows) {
    if (row.kind !== 'source' && row.kind !== 'sink') continue
    const { className, kind, doc, config } = await row.load()
    const name = shortName(row)
    // Two vendors' connectors may have one name: the later one's page carries the vendor's.
    const page = `connectors/${kebabCase(name)}.md`
    const vendor = className.split('.')[1] ?? 'other'
    const path = pages.has(page) ? `connectors/${vendor}-${kebabCase(name)}.md` : page
    pages.set(path, renderConnectorPage({ name, className, kind, doc, config }))
  }
  return pages
}

/** The paths of pages that are missing, differ, or that nothing generates any more. */
export const changedPages = async (folder: string, pages: ReadonlyMap<string, string>): Promise<readonly string[]> => {
  const present = await readdir(join(folder, 'connectors')).catch(() => [])
  const stale = present.filter((name) => name.endsWith('.md')).map((name) => `connectors/${name}`)
  const changed = stale.filter((path) => !pages.has(path))
  for (const [path, text] of pages) {
    const found = await readFile(join(folder, path), 'utf8').catch(() => undefined)
    if (found !== text) changed.push(path)
  }
  return changed
}

export const writePages = async (folder: string, pages: ReadonlyMap<string, string>): Promise<readonly string[]> => {
  const changed = await changedPages(folder, pages)
  for (const path of changed) {
    const text = pages.get(path)
    if (text === undefined) await rm(join(folder, path))
    else {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), text)
    }
  }
  return changed
}

const WORKER_INTRODUCTION =
  "The worker's file is a Java properties file. Settings below `producer.`, `consumer.` and `admin.` go to the Kafka clients of tasks, those below `key.converter.`, `value.converter.` and `header.converter.` to the converters."

const CONNECTOR_INTRODUCTION =
  'Every connector takes these settings next to its own. `topics`, `topics.regex` and `errors.deadletterqueue.` are for sinks only; `errors.source.deadletterqueue.` and the groups Topic Creation, Exactly Once Support and offsets.topic are for sources only.'

if (import.meta.url === pathToFileURL(argv[1] ?? '').href) {
  const { builtins } = await import('../src/cli/builtins.ts')
  const folder = fileURLToPath(new URL('../docs', import.meta.url))
  const pages = await renderPages(builtins)
  const checkOnly = argv.includes('--check')
  const changed = checkOnly ? await changedPages(folder, pages) : await writePages(folder, pages)
  for (const path of changed) console.log(`${checkOnly ? 'differs' : 'written'}: docs/${path}`)
  if (checkOnly && changed.length > 0) {
    console.error('Run `npm run docs` and commit what it writes.')
    process.exitCode = 1
  }
}
