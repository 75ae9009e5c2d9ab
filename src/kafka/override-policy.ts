import type { ConfigProblem, RawConfig } from '../config/define.ts'
import { ConfigParseError, invalidValue, parseOrThrow } from '../config/parse.ts'
import { listOf } from '../config/validators.ts'

/** Decides which client settings a connector may override. */
export interface OverridePolicy {
  /** As it stands in refusals. */
  readonly name: 'All' | 'None' | 'Principal' | 'Allowlist'
  /** `key` without its `*.override.` prefix. */
  allows(key: string): boolean
}

const POLICY_KEY = 'connector.client.config.override.policy'
const PACKAGE = 'org.apache.kafka.connect.connector.policy.'
const SUFFIX = 'ConnectorClientConfigOverridePolicy'

const PRINCIPAL_KEYS: ReadonlySet<string> = new Set(['sasl.jaas.config', 'sasl.mechanism', 'security.protocol'])

/**
 * The policy a worker asks for, by alias (`None`), simple or full class name.
 * @throws ConfigParseError when there is no such policy, or its allowlist is malformed
 */
export const overridePolicy = (worker: RawConfig): OverridePolicy => {
  const asked = worker[POLICY_KEY]?.trim() ?? 'All'
  const simple = asked.startsWith(PACKAGE) ? asked.slice(PACKAGE.length) : asked
  switch (simple.endsWith(SUFFIX) ? simple.slice(0, -SUFFIX.length) : simple) {
    case 'All':
      return { name: 'All', allows: () => true }
    case 'None':
      return { name: 'None', allows: () => false }
    case 'Principal':
      return { name: 'Principal', allows: (key) => PRINCIPAL_KEYS.has(key) }
    case 'Allowlist': {
      const allowed = new Set(allowlistOf(worker))
      return { name: 'Allowlist', allows: (key) => allowed.has(key) }
    }
    default: {
      const reason = `there is no such override policy. Known: All, None, Principal, Allowlist (each also by its class name, such as ${PACKAGE}None${SUFFIX})`
      throw new ConfigParseError([{ key: POLICY_KEY, value: asked, message: invalidValue(POLICY_KEY, asked, reason) }])
    }
  }
}

/** What keeps the worker's policy from being used. */
export const overridePolicyProblems = (worker: RawConfig): readonly ConfigProblem[] => {
  try {
    overridePolicy(worker)
    return []
  } catch (error) {
    if (error instanceof ConfigParseError) return error.problems
    throw error
  }
}

const ALLOWLIST = {
  'connector.client.config.override.allowlist': {
    type: 'list',
    default: [],
    validator: listOf(),
    importance: 'medium',
    doc: 'Client settings that connectors may override.',
  },
} as const

const allowlistOf = (worker: RawConfig): readonly string[] =>
  parseOrThrow(ALLOWLIST, worker)['connector.client.config.override.allowlist'] ?? []
