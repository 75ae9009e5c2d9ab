// `npm run check`: says yes or no to everything that needs no server. The one command before a commit.
// `--without-tests` leaves the unit tests to whoever runs the whole suite anyway.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const tsx = ['--import', 'tsx']

interface Step {
  readonly name: string
  readonly args: readonly string[]
  /** The step is left out while this file is not there. */
  readonly needs?: string
}

const STEPS: readonly Step[] = [
  { name: 'types', args: ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json'] },
  { name: 'lint', args: ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings'] },
  { name: 'layers', args: [...tsx, '--test', 'test/layers.test.ts'] },
  { name: 'no code twice', args: [...tsx, 'scripts/duplicates.ts'] },
  { name: 'docs are up to date', args: [...tsx, 'scripts/docs.ts', '--check'], needs: 'scripts/docs.ts' },
  { name: 'examples are valid', args: [...tsx, 'scripts/examples.ts', '--check'], needs: 'scripts/examples.ts' },
  { name: 'unit tests', args: [...tsx, 'scripts/test.ts', 'unit', '--no-server'] },
]

const STEP_MS = 15 * 60_000
const steps = process.argv.includes('--without-tests') ? STEPS.filter(({ name }) => name !== 'unit tests') : STEPS
let failed = 0
for (const { name, args, needs } of steps) {
  if (needs !== undefined && !existsSync(join(root, needs))) continue
  const begin = Date.now()
  const { status, stdout, stderr, error } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    timeout: STEP_MS,
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  console.log(`${status === 0 ? 'yes' : 'NO '} ${name}  ${((Date.now() - begin) / 1000).toFixed(1)} s`)
  if (status === 0) continue
  failed++
  console.log(`${stdout}${stderr}${error === undefined ? '' : `${error.message}\n`}`)
}
console.log(failed === 0 ? 'All checks say yes.' : `${failed} ${failed === 1 ? 'check says' : 'checks say'} no.`)
process.exitCode = failed === 0 ? 0 : 1
