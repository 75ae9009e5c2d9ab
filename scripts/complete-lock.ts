// Adds to package-lock.json the packages of other platforms that the registry in use did not offer when it was written.
// npm leaves them out without a word, and `npm ci` then refuses the lock file. Run it after such an `npm install`.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'

interface LockedPackage {
  readonly version?: string
  readonly license?: string
  readonly engines?: unknown
  readonly dev?: boolean
  readonly optionalDependencies?: Readonly<Record<string, string>>
}
type Packages = Record<string, LockedPackage>

export interface MissingPackage {
  readonly name: string
  readonly version: string
  readonly wantedBy: string
}

/** Optional dependencies of locked packages that have no entry of their own. */
export const missingPackages = (packages: Readonly<Packages>): MissingPackage[] =>
  Object.entries(packages).flatMap(([wantedBy, { optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(
        ([name]) =>
          packages[`${wantedBy}/node_modules/${name}`] === undefined && packages[`node_modules/${name}`] === undefined,
      )
      .map(([name, version]) => ({ name, version, wantedBy })),
  )

/** `@biomejs/cli-linux-x64-musl`: the platform is in the name, so that npm does not ask for it elsewhere. */
const entryOf = ({ name, version, wantedBy }: MissingPackage, packages: Readonly<Packages>): LockedPackage => {
  const platform = /(aix|android|darwin|freebsd|linux|netbsd|openbsd|sunos|win32)-([a-z0-9]+)(?:-(musl|gnu))?$/.exec(
    name,
  )
  if (platform === null) throw new Error(`${name} does not name a platform: it must be added by hand`)
  const [, os, cpu, libc] = platform
  const { license, engines, dev } = packages[wantedBy] ?? {}
  return {
    version,
    ...{ cpu: [cpu], ...(dev && { dev }), ...(os === 'linux' && { libc: [libc === 'musl' ? 'musl' : 'glibc'] }) },
    ...(license !== undefined && { license }),
    ...{ optional: true, os: [os] },
    ...(engines !== undefined && { engines }),
  }
}

const main = (): void => {
  const file = fileURLToPath(new URL('../package-lock.json', import.meta.url))
  const lock: { packages: Packages } = JSON.parse(readFileSync(file, 'utf8'))
  const missing = missingPackages(lock.packages)
  for (const one of missing) lock.packages[`node_modules/${one.name}`] = entryOf(one, lock.packages)
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')))
  if (missing.length > 0) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
  console.log(`${missing.length} added to package-lock.json`)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main()
