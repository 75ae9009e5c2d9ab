/** A part of a pattern in JavaScript's words, and what must be known of it to repeat it, or to look behind for it. */
export interface Piece {
  readonly source: string
  readonly canBeEmpty: boolean
  readonly bounded: boolean
  /** Java allows a quantifier after nothing at all; we do not. */
  readonly quantifiable: boolean
}

export const piece = (source: string, canBeEmpty: boolean, bounded = true): Piece => ({
  source,
  canBeEmpty,
  bounded,
  quantifiable: true,
})

export const NOTHING: Piece = { source: '', canBeEmpty: true, bounded: true, quantifiable: false }
