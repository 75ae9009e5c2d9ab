/** One login module with its options, as `sasl.jaas.config` describes it. */
export interface LoginModule {
  readonly className: string
  readonly options: ReadonlyMap<string, string>
}

/**
 * Reads `org.example.Module required name="value" other=word;`. Texts may hold backslash escapes; `//` and C comments are
 * skipped.
 * @throws Error with Kafka's text; it never contains a value
 */
export const parseJaas = (text: string): LoginModule => {
  const tokens = tokensOf(text)
  const modules: LoginModule[] = []
  let at = 0
  const next = (): string | undefined => tokens[at++]
  while (at < tokens.length) {
    const className = next()!
    const flag = next()
    if (flag === undefined) throw new Error('Login module control flag not specified in JAAS config')
    if (!/^(required|requisite|sufficient|optional)$/i.test(flag)) {
      throw new Error(`Invalid login module control flag in JAAS config (after ${className})`)
    }
    const options = new Map<string, string>()
    for (let key = next(); key !== ';'; key = next()) {
      if (key === undefined) throw new Error('JAAS config entry not terminated by semi-colon')
      const equals = next()
      const value = equals === '=' ? next() : undefined
      if (value === undefined || value === ';') throw new Error(`Value not specified for key '${key}' in JAAS config`)
      options.set(key, value.startsWith('"') ? value.slice(1) : value)
    }
    modules.push({ className, options })
  }
  const [only] = modules
  if (modules.length !== 1 || only === undefined) {
    throw new Error(`JAAS config property contains ${modules.length} login modules, should be 1 module`)
  }
  return only
}

/** Words, `=`, `;`, and quoted texts with a `"` kept in front, so that `";"` is not taken for the end. */
const tokensOf = (text: string): string[] => {
  const tokens: string[] = []
  const pattern = /\/\/.*|\/\*[\s\S]*?\*\/|"((?:\\[\s\S]|[^"\\])*)"|'((?:\\[\s\S]|[^'\\])*)'|[=;]|[^\s=;"']+/g
  for (const [token, double, single] of text.matchAll(pattern)) {
    if (/^\/[/*]/.test(token)) continue
    const quoted = double ?? single
    tokens.push(quoted === undefined ? token : `"${unescaped(quoted)}`)
  }
  return tokens
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', a: '\x07', v: '\v' }

const unescaped = (text: string): string =>
  text.replace(/\\([0-3]?[0-7]{1,2}|[\s\S])/g, (_whole, escaped: string) =>
    /^[0-7]+$/.test(escaped) ? String.fromCharCode(Number.parseInt(escaped, 8)) : (ESCAPES[escaped] ?? escaped),
  )
