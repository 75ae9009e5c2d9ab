/** Everything that is checked before a connector is created or changed, and for REST's validate. */

import type { ConfigDef, ConfigOf, RawConfig } from '../config/define.ts'
import { javaMapText } from '../config/java-text.ts'
import { ownConnectorConfig } from '../config/own-connector-settings.ts'
import { parseConfig } from '../config/parse.ts'
import { HIDDEN, isSecretKey } from '../config/secrets.ts'
import { checkSinkTopics } from '../config/sink-topics.ts'
import { type CheckedValue, type ConfigInfos, checkConfig, configInfos, groupsOf } from '../config/validate.ts'
import { parseVersionSpec } from '../config/version-range.ts'
import { javaHashCopyOrder } from '../data/java-hash-order.ts'
import type { OverridePolicy } from '../kafka/override-policy.ts'
import type { ConnectorDefinition } from '../plugin/connector.ts'
import { ConfigError } from '../plugin/errors.ts'
import { type PluginCatalog, PluginVersionError } from '../plugin/find-plugins.ts'
import type { ConnectorRow } from '../plugin/plugin-row.ts'
import { aliasDefinitions } from './alias-definitions.ts'
import { checkConverters } from './check-converters.ts'
import { checkOverrides, overridableClients } from './client-overrides.ts'
import { converterDefinitions, frameworkDefinition, type WorkerConverters } from './framework-definition.ts'
import { guardConnector } from './guard-connector.ts'
import { pluginClassResolver } from './plugin-class.ts'
import { unknownKeyWarnings } from './unknown-keys.ts'

export interface ValidationParts {
  readonly catalog: PluginCatalog
  readonly workerConverters: WorkerConverters
  readonly overridePolicy: OverridePolicy
  /** Replaces `${...}` variables. */
  resolve(raw: RawConfig): Promise<RawConfig> | RawConfig
}

export interface ConnectorValidation {
  /** What REST's validate answers. */
  readonly configInfos: ConfigInfos
  readonly errorCount: number
  /** Every error, in the order of the answer. */
  readonly messages: readonly string[]
  /** What the JVM accepts in silence: settings that nobody reads, a sentence each. */
  readonly warnings: readonly string[]
  /** Undefined when the version that was asked for is not installed. */
  readonly connector: { readonly row: ConnectorRow; readonly definition: ConnectorDefinition } | undefined
  /** The config with variables replaced. */
  readonly resolved: RawConfig
}

/**
 * Validates a whole connector config.
 *
 * @param raw as stored, variables unresolved
 * @throws ConfigError without a usable `connector.class`, or when a plugin's module cannot be loaded
 */
export const validateConnector = async (raw: RawConfig, parts: ValidationParts): Promise<ConnectorValidation> => {
  const resolved = await parts.resolve(raw)
  const name = textOf(resolved, 'connector.class')
  if (name === null) throw new ConfigError(`Connector config ${shownConfig(raw)} contains no connector type`)
  const { catalog } = parts
  const spec = textOf(resolved, 'connector.plugin.version')
  let row: ConnectorRow
  try {
    row = catalog.connector(name.trim(), versionRange(spec))
  } catch (error) {
    if (error instanceof PluginVersionError) return wrongVersion(name, resolved, parts, error)
    throw error
  }
  const loaded: ConnectorDefinition = await row.load()
  // Those that came with the program need no guard.
  const definition = row.location === undefined ? loaded : guardConnector(loaded)
  return checkAll(name, resolved, { row, definition }, parts)
}

/** The text of the answer 400 to a connector that cannot be created as it is. */
export const invalidConfigMessage = ({ errorCount, messages }: ConnectorValidation): string =>
  [
    `Connector configuration is invalid and contains the following ${errorCount} error(s):`,
    ...messages,
    'You can also find the above list of errors at the endpoint `/connector-plugins/{connectorType}/config/validate`',
  ].join('\n')

/** The same errors, each with its key. */
export const problemsOf = ({ configInfos }: ConnectorValidation) =>
  configInfos.configs.flatMap(({ value }) => value.errors.map((message) => ({ key: value.name, message })))

const checkAll = async (
  name: string,
  raw: RawConfig,
  connector: { row: ConnectorRow; definition: ConnectorDefinition },
  { catalog, workerConverters, overridePolicy }: ValidationParts,
): Promise<ConnectorValidation> => {
  const { row, definition } = connector
  const converters = converterDefinitions(raw, workerConverters, catalog)
  const transforms = await aliasDefinitions('transformation', raw, catalog)
  const predicates = await aliasDefinitions('predicate', raw, catalog)
  const ours = ownConnectorConfig(row.kind)
  const framework: ConfigDef = {
    ...frameworkDefinition(row, catalog),
    ...Object.fromEntries(Object.entries(ours).filter(([key]) => Object.hasOwn(raw, key))),
    ...converters.definition,
    ...transforms.definition,
    ...predicates.definition,
  }
  const checked = checkConfig(framework, raw, pluginClassResolver(catalog))
  for (const part of [converters, transforms, predicates]) {
    for (const { key, message } of part.versionErrors) errorsOf(checked, key).push(message)
  }
  for (const key of converters.hidden) checked.set(key, { ...checked.get(key)!, visible: false })
  if (row.kind === 'sink') {
    for (const problem of checkSinkTopics(raw)) errorsOf(checked, problem.key).push(problem.message)
  }
  addNullErrors(raw, checked)

  // The connector's word on a key replaces the worker's, as on the JVM.
  for (const [key, value] of await checkOwn(definition, raw)) checked.set(key, value)
  const all: ConfigDef = { ...framework, ...definition.config }
  const base = configInfos(name, all, checked, [...new Set([...groupsOf(framework), ...groupsOf(definition.config)])])

  const overrides = overridableClients(row.kind, raw).flatMap((client) => checkOverrides(client, raw, overridePolicy))
  const ownConverters = await checkConverters(raw, checked, catalog)
  const extra = [...overrides, ...ownConverters.configs]
  const infos: ConfigInfos = {
    name,
    // Of these, fields are counted, not messages.
    error_count: base.error_count + extra.filter((info) => info.value.errors.length > 0).length,
    groups: [...new Set([...base.groups, ...ownConverters.groups])],
    configs: [...base.configs, ...extra],
  }
  return {
    ...summary(infos),
    warnings: unknownKeyWarnings(raw, {
      connector: row.className,
      kind: row.kind,
      definition: { ...all, ...ours },
      converterKeys: ownConverters.configs.map((info) => info.value.name),
      openPrefixes: [...(definition.openPrefixes ?? []), ...transforms.unknownPrefixes, ...predicates.unknownPrefixes],
    }),
    connector,
    resolved: raw,
  }
}

const summary = (infos: ConfigInfos) => ({
  configInfos: infos,
  errorCount: infos.error_count,
  messages: infos.configs.flatMap((info) => info.value.errors),
})

/** Only what every connector has can be checked. */
const wrongVersion = (
  name: string,
  raw: RawConfig,
  { catalog }: ValidationParts,
  error: PluginVersionError,
): ConnectorValidation => {
  const framework = frameworkDefinition(undefined, catalog)
  const checked = checkConfig(framework, raw, pluginClassResolver(catalog))
  errorsOf(checked, 'connector.class').push(error.message)
  const version = checked.get('connector.plugin.version')!
  const errors = [...version.errors, error.message]
  checked.set(version.name, { ...version, errors, recommended: error.availableVersions })
  addNullErrors(raw, checked)
  const infos = configInfos(name, framework, checked, groupsOf(framework))
  return { ...summary(infos), warnings: [], connector: undefined, resolved: raw }
}

const versionRange = (spec: string | null) => {
  try {
    return parseVersionSpec(spec)
  } catch (error) {
    throw new ConfigError(error instanceof Error ? error.message : String(error))
  }
}

/** The connector's own settings, then, when they are fine one by one, what its hook says about them together. */
const checkOwn = async (definition: ConnectorDefinition, raw: RawConfig): Promise<Map<string, CheckedValue>> => {
  const checked = checkConfig(definition.config, raw)
  for (const problem of definition.recommend?.(raw) ?? []) errorsOf(checked, problem.key).push(problem.message)
  if (definition.validate === undefined || [...checked.values()].some((value) => value.errors.length > 0))
    return checked
  const settings: ConfigOf<ConfigDef> = parseConfig(definition.config, raw).values
  for (const problem of await definition.validate(settings, raw)) errorsOf(checked, problem.key).push(problem.message)
  return checked
}

const errorsOf = (checked: Map<string, CheckedValue>, key: string): string[] => {
  const value = checked.get(key) ?? { name: key, value: null, errors: [], recommended: [], visible: true }
  checked.set(key, value)
  return value.errors
}

const addNullErrors = (raw: RawConfig, checked: Map<string, CheckedValue>): void => {
  for (const [key, value] of Object.entries(raw)) {
    if (value === null) errorsOf(checked, key).push('Null value can not be supplied as the configuration value.')
  }
}

const textOf = (raw: RawConfig, key: string): string | null => (Object.hasOwn(raw, key) ? (raw[key] ?? null) : null)

/** No definition says yet what is secret here, so names that look like it decide. */
const shownConfig = (raw: RawConfig): string =>
  javaMapText(
    Object.fromEntries(javaHashCopyOrder(Object.keys(raw)).map((key) => [key, isSecretKey(key) ? HIDDEN : raw[key]!])),
  )
