const UNITS: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 }

/** `256m`, `1g`, `65536k` or a plain number, of bytes; units of 1024, also as `MB` or `MiB`. @returns undefined for anything else */
export const parseByteSize = (text: string): number | undefined => {
  const match = /^(\d{1,15})(?:([kmg])(?:i?b)?|b)?$/i.exec(text.trim())
  if (match === null) return undefined
  const bytes = Number(match[1]) * UNITS[(match[2] ?? '').toLowerCase()]!
  return Number.isSafeInteger(bytes) ? bytes : undefined
}

/** As {@link parseByteSize} reads it, without a remainder where there is a unit for it. */
export const byteSizeText = (bytes: number): string => {
  if (bytes % UNITS['g']! === 0) return `${bytes / UNITS['g']!} GiB`
  return bytes % UNITS['m']! === 0 ? `${bytes / UNITS['m']!} MiB` : `${bytes} bytes`
}
