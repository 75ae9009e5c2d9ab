/** What each of the 64 values is written as. */
export const BASE64_LETTERS: Buffer = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')

const WHOLE = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const GROUP = /[\0-\x20]*([A-Za-z0-9+/]{2}(?:==|[A-Za-z0-9+/][A-Za-z0-9+/=]))/y

/**
 * The bytes that a base64 text stands for, as the JVM's parser reads them: padding is needed, may end any group of four, and
 * white space may stand between groups.
 *
 * @returns undefined for anything else
 */
export const decodeBase64 = (text: string): Buffer | undefined => {
  if (WHOLE.test(text)) return Buffer.from(text, 'base64')
  const groups: Buffer[] = []
  const end = text.replace(/[\0-\x20]+$/, '').length
  GROUP.lastIndex = 0
  while (GROUP.lastIndex < end) {
    const group = GROUP.exec(text)?.[1]
    if (group === undefined) return undefined
    groups.push(Buffer.from(group, 'base64'))
  }
  return Buffer.concat(groups)
}
