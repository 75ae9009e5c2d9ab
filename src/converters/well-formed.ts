/** Node has this method; the ES2023 library does not know it yet. */
type MaybeIllFormed = string & { isWellFormed(): boolean }

/** Whether there are no halves of surrogate pairs. */
export const isWellFormed = (text: string): boolean => (text as MaybeIllFormed).isWellFormed()

/** Half surrogate pairs become question marks (or another text), as Java's encoders write them. Costs next to nothing. */
export const wellFormed = (text: string, instead = '?'): string =>
  isWellFormed(text) ? text : text.replace(/\p{Surrogate}/gu, instead)
