/** PEM text, also as it comes out of property files: on one line, with blanks for line ends. */

/** @throws Error when there is none */
export const certificatesIn = (text: string): string[] => blocksIn(text, 'CERTIFICATE')

/** Plain or encrypted. @throws Error when there is none */
export const privateKeysIn = (text: string): string[] => blocksIn(text, 'PRIVATE KEY')

/** DER as PEM with the usual lines of 64 characters. */
export const pemOf = (label: string, der: Buffer): string => armour(label, der.toString('base64'))

const blocksIn = (text: string, label: string): string[] => {
  const blocks: string[] = []
  const pattern = new RegExp(`-----BEGIN ([A-Z0-9 ]*${label})-----([^-]*)-----END \\1-----`, 'g')
  for (const [whole, found = '', body = ''] of text.matchAll(pattern)) {
    // Old encrypted keys have header lines before the base64 text: they need their line ends.
    blocks.push(body.includes(':') ? `${whole}\n` : armour(found, body.replace(/\s+/g, '')))
  }
  if (blocks.length === 0) throw new Error(`No matching ${label} entries in PEM file`)
  return blocks
}

const armour = (label: string, base64: string): string =>
  `-----BEGIN ${label}-----\n${(base64.match(/.{1,64}/g) ?? []).join('\n')}\n-----END ${label}-----\n`
