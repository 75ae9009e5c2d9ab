/** Where a connector is to be found. A slash in its name stays one, as the JVM writes it. */
export const connectorLocation = (origin: string, name: string): string =>
  `${origin}/connectors/${encodeURI(wellFormed(name)).replaceAll('?', '%3F').replaceAll('#', '%23')}`

/** Lone halves of a character cannot be written in a URL. */
const wellFormed = (text: string): string => Buffer.from(text).toString()
