/**
 * Makes dist/: the program as a few bundled files, and the type declarations of the public API.
 *
 * Bundled, so that the program starts without looking for hundreds of files and installs as one package. Parts that are
 * imported lazily in the sources stay files of their own. What cannot be bundled (it brings files that it reads itself)
 * stays a dependency.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Real dependencies of the published package: see package.json. */
const external = ['@bokuweb/zstd-wasm']

// Built beside and then put in place: a program that starts meanwhile finds all of the old or all of the new.
const target = `.build-${process.pid}`
process.on('exit', () => rmSync(`${root}/${target}`, { recursive: true, force: true }))

const { metafile } = await build({
  metafile: true,
  absWorkingDir: root,
  entryPoints: {
    'cli/main': 'src/cli/main.ts',
    'cli/keep-small': 'src/cli/keep-small.ts',
    'cli/task-thread': 'src/cli/task-thread.ts',
    'cli/watchdog-thread': 'src/cli/watchdog-thread.ts',
    'plugin/public-api': 'src/plugin/public-api.ts',
  },
  outdir: target,
  bundle: true,
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  keepNames: true,
  legalComments: 'linked',
  external,
  define: { __COMMIT__: JSON.stringify(commit()) },
  // CommonJS packages ask for Node's own modules with require.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
})
execFileSync(
  process.execPath,
  [`${root}/node_modules/typescript/bin/tsc`, '-p', `${root}/tsconfig.build.json`, '--outDir', `${root}/${target}`],
  {
    stdio: 'inherit',
  },
)

writeFileSync(`${root}/${target}/THIRD-PARTY-LICENSES.txt`, licences(packagesIn(Object.keys(metafile.inputs))))

const before = `${target}-old`
if (existsSync(`${root}/dist`)) renameSync(`${root}/dist`, `${root}/${before}`)
renameSync(`${root}/${target}`, `${root}/dist`)
rmSync(`${root}/${before}`, { recursive: true, force: true })

/** Of a checkout; a source tarball has none. */
function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short=16', 'HEAD'], {
      cwd: root,
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim()
  } catch {
    return 'unknown'
  }
}

/** Folders of the packages that the inputs belong to. */
function packagesIn(inputs: readonly string[]): string[] {
  const folders = inputs.map((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0])
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort()
}

/** Name, version and licence text of each package: what their licences ask of whoever passes them on. */
function licences(folders: readonly string[]): string {
  return folders
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(`${root}/${folder}/package.json`, 'utf8')) as Record<
        string,
        string
      >
      const file = readdirSync(`${root}/${folder}`).find((entry) => /^(licen[cs]e|copying)/i.test(entry))
      const path = `${root}/${folder}/${file}`
      const text = file !== undefined && existsSync(path) ? readFileSync(path, 'utf8').trim() : `Licence: ${license}`
      return `${name} ${version} (${license})\n\n${text}\n`
    })
    .join(`\n${'-'.repeat(80)}\n\n`)
}
