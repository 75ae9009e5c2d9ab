/** `tasks_max`, `Tasks-Max` and `tasks.max` are the same word, differently spelt. */
const plain = (name: string): string => name.toLowerCase().replace(/[_-]/g, '.')

/** Parts of a key that say whom it is for; the rest of the key is looked up as if it stood alone. */
const PREFIX =
  /^(?:(?:producer|consumer|admin)\.(?:override\.)?|(?:transforms|predicates)\.[^.]+\.|(?:key|value|header)\.converter\.|(?:admin\.)?listeners\.https\.)/

/** How many slips are forgiven in a word of this length: in short words nearly everything is near. */
const slips = (length: number): number => (length < 3 ? 0 : length < 6 ? 1 : length < 12 ? 2 : 3)

/** Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`; `bound + 1` when there are more. */
const distance = (a: string, b: string, bound: number): number => {
  if (Math.abs(a.length - b.length) > bound) return bound + 1
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      let least = Math.min(last[j]! + 1, row[j - 1]! + 1, replaced)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, beforeLast[j - 2]! + 1)
      row.push(least)
    }
    if (Math.min(...row) > bound) return bound + 1
    beforeLast = last
    last = row
  }
  return last[b.length]!
}

/** How long the common start of two keys is, in whole dotted parts: a long prefix must not excuse a wrong rest. */
const commonParts = (a: string, b: string): number => {
  let end = 0
  for (let at = 0; at < a.length && a[at] === b[at]; at += 1) if (a[at] === '.') end = at + 1
  return end
}

const nearest = (name: string, known: Iterable<string>): string | undefined => {
  const wanted = plain(name)
  let best: string | undefined
  let least = Number.POSITIVE_INFINITY
  for (const candidate of known) {
    const offered = plain(candidate)
    const common = commonParts(wanted, offered)
    const bound = slips(Math.min(wanted.length, offered.length) - common)
    const apart = distance(wanted.slice(common), offered.slice(common), bound)
    if (apart <= bound && apart < least) {
      best = candidate
      least = apart
    }
  }
  return best
}

/**
 * The known name that a misspelt one probably means.
 *
 * Behind `producer.`, `consumer.override.`, `transforms.NAME.` and the like, a name may also be known without its prefix.
 *
 * @param known may be given with or without prefixes; of equally near names the first is taken
 * @returns undefined when the name is known, or nothing is near enough
 */
export const nearestName = (name: string, known: Iterable<string>): string | undefined => {
  const names = new Set(known)
  const prefix = PREFIX.exec(name)?.[0] ?? ''
  const rest = name.slice(prefix.length)
  if (names.has(name) || (prefix !== '' && names.has(rest))) return undefined
  const whole = nearest(name, names)
  if (whole !== undefined || prefix === '') return whole
  const part = nearest(rest, names)
  return part === undefined ? undefined : prefix + part
}
