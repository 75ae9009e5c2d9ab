import { getCiphers } from 'node:tls'

/** OpenSSL's name of a cipher suite that Java calls by its standard name. Undefined: Node does not have it. */
export const opensslCipherName = (standard: string): string | undefined => {
  const available = getCiphers()
  const has = (name: string): boolean => available.includes(name.toLowerCase())
  if (has(standard)) return standard
  const [, exchange = '', cipher = ''] = /^(?:TLS|SSL)_(\w+?)_WITH_(\w+)$/.exec(standard) ?? []
  const bulk = cipher
    .replace(/^AES_(128|256)_/, 'AES$1_')
    .replace(/_CBC_/, '_')
    .replace(/^3DES_EDE_/, 'DES_CBC3_')
    .replace(/^(CHACHA20_POLY1305)_SHA256$/, '$1')
    .replace(/(CCM(?:_8)?)_SHA256$/, '$1')
    .replace(/CCM_8$/, 'CCM8')
  const name = [...(exchange === 'RSA' ? [] : [exchange]), bulk].join('-').replaceAll('_', '-')
  return has(name) ? name : undefined
}
