/** Versions and version ranges of plugins, as Maven writes them: `1.2`, `[1.0,2.0)`, `(,1.0],[1.2,)`, `latest`. */

export interface VersionRange {
  includes(version: string): boolean
  /** As Kafka Connect shows it: an exact version `1.2` becomes `[1.2,1.2]`. */
  toString(): string
}

interface Bounds {
  readonly from: string | undefined
  readonly fromIncluded: boolean
  readonly to: string | undefined
  readonly toIncluded: boolean
}

/**
 * @returns null for `latest` and for no requirement
 * @throws Error `Invalid version specification: SPEC`
 */
export const parseVersionSpec = (spec: string | null | undefined): VersionRange | null => {
  if (spec === null || spec === undefined || spec === 'latest') return null
  const bounds = readBounds(spec.trim())
  if (bounds === undefined) throw new Error(`Invalid version specification: ${spec}`)
  return {
    includes: (version) => bounds.some((bound) => isWithin(bound, version)),
    toString: () => bounds.map(boundsText).join(','),
  }
}

/** Negative, zero or positive, as for sort. Numbers count as numbers; `1.0-beta` < `1.0` < `1.0.1`. */
export const compareVersions = (left: string, right: string): number => {
  const lefts = versionParts(left)
  const rights = versionParts(right)
  for (let index = 0; index < Math.max(lefts.length, rights.length); index++) {
    const order = comparePart(lefts[index], rights[index])
    if (order !== 0) return order
  }
  return 0
}

const readBounds = (spec: string): readonly Bounds[] | undefined => {
  if (spec !== '' && !/[[\](),\s]/.test(spec)) return [{ from: spec, fromIncluded: true, to: spec, toIncluded: true }]
  const found: Bounds[] = []
  let rest = spec
  while (rest !== '') {
    const match = /^([[(])\s*([^,[\]()\s]*)\s*(?:(,)\s*([^,[\]()\s]*)\s*)?([\])])\s*(?:,\s*(?=[[(])|$)/.exec(rest)
    if (!match) return undefined
    const [whole, open, first = '', comma, second = '', close] = match
    const exact = comma === undefined
    if (exact && (first === '' || open !== '[' || close !== ']')) return undefined
    const from = first === '' ? undefined : first
    const to = exact ? from : second === '' ? undefined : second
    if (from !== undefined && to !== undefined && compareVersions(from, to) > 0) return undefined
    found.push({ from, fromIncluded: open === '[', to, toIncluded: close === ']' })
    rest = rest.slice(whole.length)
  }
  return found.length === 0 ? undefined : found
}

const isWithin = ({ from, fromIncluded, to, toIncluded }: Bounds, version: string): boolean => {
  const aboveFrom = from === undefined ? 1 : compareVersions(version, from)
  const belowTo = to === undefined ? 1 : compareVersions(to, version)
  return (aboveFrom > 0 || (aboveFrom === 0 && fromIncluded)) && (belowTo > 0 || (belowTo === 0 && toIncluded))
}

const boundsText = ({ from = '', fromIncluded, to = '', toIncluded }: Bounds): string =>
  `${fromIncluded ? '[' : '('}${from},${to}${toIncluded ? ']' : ')'}`

const QUALIFIERS = ['alpha', 'beta', 'milestone', 'rc', 'snapshot', '', 'sp']

/** `1.0-rc2` -> 1, 0, 'rc', 2, without trailing zeros of the numbers before a word. */
const versionParts = (version: string): readonly (number | string)[] => {
  const parts = (version.toLowerCase().match(/\d+|[a-z]+/g) ?? []).map((part) =>
    /\d/.test(part) ? Number(part) : part,
  )
  const kept: (number | string)[] = []
  parts.forEach((part, index) => {
    const next = parts.slice(index).find((later) => later !== 0)
    if (part !== 0 || typeof next === 'number') kept.push(part)
  })
  return kept
}

const comparePart = (left: number | string | undefined, right: number | string | undefined): number => {
  if (typeof left === 'number' && typeof right === 'number') return left - right
  // A number outranks a word, and it outranks nothing at all: 1.1 > 1, 1.1 > 1-rc.
  if (typeof left === 'number') return 1
  if (typeof right === 'number') return -1
  return compareQualifiers(left ?? '', right ?? '')
}

const compareQualifiers = (left: string, right: string): number => {
  const [leftRank, rightRank] = [qualifierRank(left), qualifierRank(right)]
  if (leftRank !== rightRank) return leftRank - rightRank
  return left === right || leftRank < QUALIFIERS.length ? 0 : left < right ? -1 : 1
}

const qualifierRank = (qualifier: string): number => {
  const name = qualifier === 'cr' ? 'rc' : qualifier === 'ga' || qualifier === 'final' ? '' : qualifier
  const rank = QUALIFIERS.indexOf(name)
  return rank < 0 ? QUALIFIERS.length : rank
}
