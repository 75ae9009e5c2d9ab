/** One login module of a JAAS file's section, with its options. */
export interface LoginModule {
  readonly className: string
  readonly options: ReadonlyMap<string, string>
}

/**
 * Reads the login modules of a section of a JAAS file: `NAME { CLASS required option="value"; };`. Values never get into an
 * error.
 *
 * @throws Error when the section is missing or cannot be read
 */
export const readJaasSection = (text: string, name: string): readonly LoginModule[] => {
  const tokens = tokensOf(text)
  for (let at = 0; at < tokens.length; ) {
    const section = tokens[at]
    if (tokens[at + 1] !== '{') throw new Error(`section ${section} does not begin with {`)
    const end = tokens.indexOf('}', at)
    if (end < 0) throw new Error(`section ${section} does not end with }`)
    if (section === name) return modulesOf(tokens.slice(at + 2, end))
    at = end + (tokens[end + 1] === ';' ? 2 : 1)
  }
  throw new Error(`there is no section ${name}`)
}

const modulesOf = (tokens: readonly string[]): readonly LoginModule[] => {
  const modules: LoginModule[] = []
  for (let at = 0; at < tokens.length; ) {
    const end = tokens.indexOf(';', at)
    if (end < 0) throw new Error('a login module does not end with ;')
    const [className = '', flag, ...rest] = tokens.slice(at, end)
    if (flag === undefined) throw new Error(`login module ${className} has no flag such as required`)
    const options = new Map<string, string>()
    for (let i = 0; i < rest.length; i += 3) {
      if (rest[i + 1] !== '=' || rest[i + 2] === undefined) throw new Error(`an option of ${className} has no value`)
      options.set(rest[i]!, rest[i + 2]!.replace(/^"/, ''))
    }
    modules.push({ className, options })
    at = end + 1
  }
  return modules
}

/** Words, signs, and quoted texts with a `"` kept in front, so that a quoted sign is not taken for one. */
const tokensOf = (text: string): readonly string[] => {
  const pattern = /\/\/.*|\/\*[\s\S]*?\*\/|#.*|"((?:\\[\s\S]|[^"\\])*)"|[{}=;]|[^\s{}=;"]+/g
  return [...text.matchAll(pattern)].flatMap(([token, quoted]) => {
    if (quoted !== undefined) return [`"${quoted.replace(/\\([\s\S])/g, '$1')}`]
    return /^(?:\/\/|\/\*|#)/.test(token) ? [] : [token]
  })
}
