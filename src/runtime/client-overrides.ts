/** `producer.override.`, `consumer.override.` and `admin.override.` settings of connectors. */
import type { ConfigDef, RawConfig } from '../config/define.ts'
import { javaTrim } from '../config/java-text.ts'
import { checkValue, parseSetting } from '../config/parse.ts'
import { withPrefix } from '../config/prefix.ts'
import type { ConfigInfo } from '../config/validate.ts'
import { describeKey, valueInfo } from '../config/validate.ts'
import { ADMIN_KEYS, CONSUMER_KEYS, PRODUCER_KEYS } from '../kafka/client-keys.ts'
import type { OverridePolicy } from '../kafka/override-policy.ts'

export type ClientKind = 'producer' | 'consumer' | 'admin'

const CLIENT_KEYS: Readonly<Record<ClientKind, ConfigDef>> = {
  producer: PRODUCER_KEYS,
  consumer: CONSUMER_KEYS,
  admin: ADMIN_KEYS,
}

export const overridePrefix = (client: ClientKind): string => `${client}.override.`

/** The clients whose overrides this connector's config has to account for; those of others are not looked at. */
export const overridableClients = (kind: 'source' | 'sink', raw: RawConfig): readonly ClientKind[] => {
  if (kind === 'source') {
    const createsTopics = Object.keys(raw).some((key) => key.startsWith('topic.creation.'))
    const deadLetters = javaTrim(raw['errors.source.deadletterqueue.topic.name'] ?? '') !== ''
    return createsTopics || deadLetters ? ['producer', 'admin'] : ['producer']
  }
  const deadLetters = javaTrim(raw['errors.deadletterqueue.topic.name'] ?? '')
  return deadLetters === '' ? ['consumer'] : ['producer', 'consumer', 'admin']
}

/** One line of the validation answer for each override of this client: whether it is allowed, and whether it parses. */
export const checkOverrides = (client: ClientKind, raw: RawConfig, policy: OverridePolicy): readonly ConfigInfo[] => {
  const prefix = overridePrefix(client)
  return Object.entries(withPrefix(raw, prefix)).map(([key, text]) => {
    const name = prefix + key
    const known = CLIENT_KEYS[client]
    const setting = Object.hasOwn(known, key) ? known[key] : undefined
    const errors: string[] = []
    let value: unknown = text
    if (setting !== undefined) {
      const parsed = parseSetting(name, setting, { [name]: text })
      const problem = parsed.problem ?? checkValue(name, setting, parsed.value)
      value = parsed.value
      if (problem !== null) errors.push(problem)
    }
    if (!policy.allows(key)) {
      errors.push(
        `The '${policy.name}' policy does not allow '${key}' to be overridden in the connector configuration.`,
      )
    }
    return {
      definition: setting === undefined ? null : describeKey(name, { ...setting, displayName: key }),
      value: valueInfo({ name, value, errors, recommended: [], visible: true }, setting),
    }
  })
}
