/** `String.hashCode`, its upper half mixed into the lower as a HashMap does. */
const spread = (text: string): number => {
  let hash = 0
  for (let at = 0; at < text.length; at++) hash = (Math.imul(31, hash) + text.charCodeAt(at)) | 0
  return (hash ^ (hash >>> 16)) >>> 0
}

/**
 * Names in the order in which a java.util.HashMap (or HashSet) goes through them, each once. Where several things of a
 * record are wrong, it tells which one the JVM reports.
 */
export const javaHashOrder = (names: readonly string[]): string[] => inBuckets(names, (count) => count / FULL, 16)

/** The same for a HashMap made as the copy of another map: a small one then has fewer buckets. */
export const javaHashCopyOrder = (names: readonly string[]): string[] =>
  inBuckets(names, (count) => count / FULL + 1, 1)

/** So many names per bucket, then a HashMap grows. */
const FULL = 0.75

const inBuckets = (names: readonly string[], needed: (count: number) => number, least: number): string[] => {
  const distinct = [...new Set(names)]
  let size = least
  while (size < needed(distinct.length)) size *= 2
  const bucket = (name: string): number => spread(name) & (size - 1)
  return distinct.sort((a, b) => bucket(a) - bucket(b))
}
