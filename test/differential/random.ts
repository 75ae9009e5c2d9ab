import { seededRandom } from '../helpers/seeded-random.ts'

/** Choices that are the same for the same seed. */
export interface Random {
  /** Texts that mean something in this case: some of its strings are these. */
  readonly hints: string[]
  /** A whole number from 0 to below `below`. */
  below(below: number): number
  chance(probability: number): boolean
  pick<T>(items: readonly T[]): T
  /** So many items, or fewer. */
  some<T>(most: number, make: () => T): T[]
}

export const createRandom = (seed: number): Random => {
  const below = seededRandom(seed)
  return {
    hints: [],
    below,
    chance: (probability) => below(1_000_000) < probability * 1_000_000,
    pick: (items) => items[below(items.length)]!,
    some: (most, make) => Array.from({ length: below(most + 1) }, make),
  }
}
