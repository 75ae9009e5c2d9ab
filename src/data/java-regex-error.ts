/**
 * A pattern that cannot be used: `syntax` when java.util.regex rejects it too (the message is Java's own), `unsupported`
 * when Java accepts it but a JavaScript RegExp could match differently, so it is refused.
 */
export class JavaRegexError extends Error {
  override readonly name = 'java.util.regex.PatternSyntaxException'
  readonly kind: 'syntax' | 'unsupported'
  constructor(kind: 'syntax' | 'unsupported', message: string) {
    super(message)
    this.kind = kind
  }
}

/** Java's text: what, where, the pattern, and a caret below the place unless it is past the end. */
export const syntaxError = (description: string, index: number, pattern: string): JavaRegexError => {
  const where = index >= 0 ? ` near index ${index}` : ''
  const caret = index >= 0 && index < pattern.length ? `\n${' '.repeat(index)}^` : ''
  return new JavaRegexError('syntax', `${description}${where}\n${pattern}${caret}`)
}

export const unsupported = (construct: string, pattern: string): JavaRegexError =>
  new JavaRegexError('unsupported', `${construct} is not supported in the regular expression ${pattern}`)
