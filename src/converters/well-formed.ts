/** Node has this method; the ES2023 library does not know it yet. */
type MaybeIllFormed = string & { isWellFormed(): boolean }

/** Half surrogate pairs become question marks, as Java's encoders write them. Costs next to nothing for text without. */
export const wellFormed = (text: string): string =>
  (text as MaybeIllFormed).isWellFormed() ? text : text.replace(/\p{Surrogate}/gu, '?')
