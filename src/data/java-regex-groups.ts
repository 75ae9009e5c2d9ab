import type { RegexReader } from './java-regex-reader.ts'

/** What a walk over a pattern knows of its capturing groups, each by Java's number for it. */
export class RegexGroups {
  /** JavaScript's number of Java's group i, from 0 (the whole match): atomic groups need groups of their own. */
  readonly jsNumbers: number[] = [0]
  readonly names = new Map<string, number>()
  /** Groups whose text may differ from Java's after a match (set in a loop, or within a negative lookahead). */
  readonly unreliable = new Set<number>()
  /** Groups that have taken part whenever the walk gets here. */
  certain = new Set<number>()
  /** JavaScript's groups so far. */
  jsCount = 0
  /** Whether the walk is inside of a lookbehind. */
  lookbehind = false
  /** Groups inside of what is never walked back into; Java leaves them set when it gives such a part up. */
  readonly #enclosed = new Set<number>()

  /** The number of the group that opens next. */
  get next(): number {
    return this.jsNumbers.length
  }

  open(name: string | undefined): number {
    const group = this.next
    this.jsCount++
    this.jsNumbers.push(this.jsCount)
    if (name !== undefined) this.names.set(name, group)
    if (this.lookbehind) this.unreliable.add(group)
    return group
  }

  /** The groups from `first` on are in a loop that may go round more than once. */
  repeat(first: number, bodyCanBeEmpty: boolean): void {
    for (let group = first; group < this.next; group++) {
      if (bodyCanBeEmpty || !this.certain.has(group)) this.unreliable.add(group)
    }
  }

  /** The groups from `first` on are within a lookahead or lookbehind. */
  encloseLook(first: number, negative: boolean): void {
    for (let group = first; group < this.next; group++) {
      this.#enclosed.add(group)
      if (negative) this.unreliable.add(group)
    }
  }

  /**
   * Puts a group of JavaScript's alone before those after `jsNumber`, which move up by one and are within it.
   * @returns its number
   */
  encloseAtomic(jsNumber: number): number {
    for (let group = 1; group < this.next; group++) {
      if (this.jsNumbers[group]! <= jsNumber) continue
      this.jsNumbers[group]!++
      this.#enclosed.add(group)
    }
    this.jsCount++
    return jsNumber + 1
  }

  /** At the end of the pattern. */
  finish(): void {
    for (const group of this.#enclosed) if (!this.certain.has(group)) this.unreliable.add(group)
  }
}

/** Reads the name of a group that opens, and the `>` behind it. */
export const readGroupName = (reader: RegexReader, names: ReadonlyMap<string, number>): string => {
  if (!/^[a-zA-Z]$/.test(reader.peek() ?? '')) {
    reader.syntax('capturing group name does not start with a Latin letter', reader.at)
  }
  const name = readName(reader)
  if (reader.peek() !== '>') reader.syntax("named capturing group is missing trailing '>'", reader.at)
  if (names.has(name)) reader.syntax(`Named capturing group <${name}> is already defined`, reader.at)
  reader.at++
  return name
}

/** The letters and digits here that are not quoted. */
export const readName = (reader: RegexReader): string => {
  let name = ''
  while (/^[a-zA-Z0-9]$/.test(reader.peek() ?? '')) name += reader.chars[reader.at++]!
  return name
}

/** Back references in `source` to groups after `from`, one up. They are always written as `\N` before a `)` or `(`. */
export const shiftGroups = (source: string, from: number): string =>
  source.replace(/\\(\d+)(?=\)|\(\?:\))/g, (text, digits: string) =>
    Number(digits) > from ? `\\${Number(digits) + 1}` : text,
  )
