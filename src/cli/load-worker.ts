import { extname } from 'node:path'
import { ConfigFileError, type ConfigFileProblem } from '../config/config-file-error.ts'
import type { ConfigProblem, RawConfig } from '../config/define.ts'
import { type PropertyFile, readPropertyFile } from '../config/property-file.ts'
import { createProviders } from '../config/providers/create-providers.ts'
import type { ConfigProvider } from '../config/providers/provider.ts'
import { createSecretMasker, type SecretMasker } from '../config/secrets.ts'
import { resolveVariables } from '../config/variables.ts'
import { parseWorkerSettings, type WorkerSettings } from '../config/worker-settings.ts'
import type { AdminSettings } from '../kafka/admin-settings.ts'
import { overridePolicyProblems } from '../kafka/override-policy.ts'
import { type PluginCatalog, pluginCatalog } from '../plugin/find-plugins.ts'
import { linkPublicApi } from '../plugin/link-public-api.ts'
import { scanPluginPath } from '../plugin/scan-plugin-path.ts'
import { pluginClassResolver } from '../runtime/plugin-class.ts'
import { builtins } from './builtins.ts'
import { checkClients } from './check-clients.ts'
import { converterProblems, wrongConverters } from './check-converters.ts'
import { withClassHint } from './class-hint.ts'
import { anyServers, type ServersRule, withDevServers } from './dev-servers.ts'
import { blame, locate } from './locate.ts'
import { registerSecrets } from './register-secrets.ts'

export interface LoadedWorker {
  /** Variables replaced. */
  readonly raw: RawConfig
  readonly settings: WorkerSettings
  /** Of the client that asks for the cluster's id. */
  readonly admin: AdminSettings
  readonly catalog: PluginCatalog
  readonly providers: ReadonlyMap<string, ConfigProvider>
  readonly masker: SecretMasker
  /** For the log, once there is one. */
  readonly warnings: readonly string[]
  /** An error that names the file and the line of a setting. */
  problem(key: string, message: string): ConfigFileError
}

/**
 * Reads a worker's file: properties, variables, plug-ins, settings. An empty name stands for an empty file.
 * @param servers what `bootstrap.servers` may be; default: anything
 * @throws ConfigFileError with every problem of the file
 */
export const loadWorker = async (file: string, servers: ServersRule = anyServers): Promise<LoadedWorker> => {
  const { values, lines, warnings }: PropertyFile =
    file === '' ? { values: {}, lines: new Map(), warnings: [] } : readPropertyFile(file)
  const masker = createSecretMasker()
  registerSecrets(masker, values)
  const { providers, resolved } = await replaceVariables(values, file).catch((error: unknown) => {
    throw blame(error, file, lines)
  })
  const { raw, problems: wrongServers } = servers(resolved.config)
  masker.register(...resolved.resolvedSecrets)
  registerSecrets(masker, raw)
  // The raw value counts: variables in plugin.path are not replaced.
  const scanned = await scanPlugins(values['plugin.path'] ?? '')
  const catalog = pluginCatalog([...builtins, ...scanned.rows])

  const { settings, ...parsed } = parseWorkerSettings(raw, pluginClassResolver(catalog))
  const clients = checkClients(raw)
  const problems = [
    ...wrongServers,
    ...parsed.problems.map((problem) => withClassHint(problem, problem.value, catalog)),
    ...wrongConverters(settings, catalog),
    ...overridePolicyProblems(raw),
  ]
  const known = new Set(problems.map(({ key }) => key))
  problems.push(...clients.problems.filter(({ key }) => !known.has(key)))
  const place = ({ key, message }: Pick<ConfigProblem, 'key' | 'message'>): ConfigFileProblem =>
    locate(key, masker.mask(message), lines)
  if (problems.length > 0) throw new ConfigFileError(file, [...otherFile(raw), ...inOrder(problems.map(place))])

  const converters = await converterProblems(settings, raw, catalog)
  const unusable = converters.map((problem) => new ConfigFileError(file, [place(problem)]).message)
  return {
    raw,
    settings,
    admin: clients.admin!,
    catalog,
    providers,
    masker,
    warnings: [
      ...warnings,
      ...resolved.warnings,
      ...scanned.warnings,
      ...parsed.warnings,
      ...clients.warnings,
      ...unusable.map((text) => `${text} (tasks that use this converter will fail)`),
    ],
    problem: (key, message) => new ConfigFileError(file, [place({ key, message })]),
  }
}

/** The worker as if its file named the development broker's address. */
export const onDevBroker = (worker: LoadedWorker, bootstrap: string): LoadedWorker => {
  const raw = withDevServers(worker.raw, bootstrap)
  const settings = { ...worker.settings, 'bootstrap.servers': [bootstrap] }
  return { ...worker, raw, settings, admin: checkClients(raw).admin ?? worker.admin }
}

const replaceVariables = async (values: RawConfig, file: string) => {
  const providers = createProviders(values, file)
  return { providers, resolved: await resolveVariables(values, providers) }
}

const scanPlugins = async (path: string) => {
  const folders = path.split(',').map((folder) => folder.trim())
  const scanned = await scanPluginPath(folders.filter((folder) => folder !== ''))
  if (scanned.rows.length > 0) {
    linkPublicApi(new URL(`../plugin/public-api${extname(import.meta.url)}`, import.meta.url).href)
  }
  return scanned
}

const inOrder = (problems: readonly ConfigFileProblem[]): readonly ConfigFileProblem[] =>
  [...problems].sort((left, right) => (left.line ?? 0) - (right.line ?? 0))

/** What was probably given in the place of a worker's file. */
const otherFile = (raw: RawConfig): readonly ConfigFileProblem[] => {
  if (Object.hasOwn(raw, 'connector.class')) {
    return [
      { message: "it has 'connector.class', so it seems to be a connector's file: the worker's file comes first" },
    ]
  }
  if (Object.hasOwn(raw, '{')) return [{ message: "it seems to be JSON: the worker's file is a .properties file" }]
  return []
}
