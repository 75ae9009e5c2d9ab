import { extname } from 'node:path'
import { ConfigFileError } from '../config/config-file-error.ts'
import type { RawConfig } from '../config/define.ts'
import { readPropertyFile } from '../config/property-file.ts'
import { createProviders } from '../config/providers/create-providers.ts'
import type { ConfigProvider } from '../config/providers/provider.ts'
import { createSecretMasker, type SecretMasker } from '../config/secrets.ts'
import { resolveVariables } from '../config/variables.ts'
import { parseWorkerSettings, type WorkerSettings } from '../config/worker-settings.ts'
import { type PluginCatalog, pluginCatalog } from '../plugin/find-plugins.ts'
import { linkPublicApi } from '../plugin/link-public-api.ts'
import { scanPluginPath } from '../plugin/scan-plugin-path.ts'
import { pluginClassResolver } from '../runtime/plugin-class.ts'
import { builtins } from './builtins.ts'
import { registerSecrets } from './register-secrets.ts'

export interface LoadedWorker {
  /** Variables replaced. */
  readonly raw: RawConfig
  readonly settings: WorkerSettings
  readonly catalog: PluginCatalog
  readonly providers: ReadonlyMap<string, ConfigProvider>
  readonly masker: SecretMasker
  /** For the log, once there is one. */
  readonly warnings: readonly string[]
}

/**
 * Reads a worker's file: properties, variables, plug-ins, settings. An empty name stands for an empty file.
 * @throws ConfigFileError with every problem of the file
 */
export const loadWorker = async (file: string): Promise<LoadedWorker> => {
  const properties =
    file === '' ? { values: {}, warnings: [], lines: new Map<string, number>() } : readPropertyFile(file)
  const providers = createProviders(properties.values, file)
  const resolved = await resolveVariables(properties.values, providers)
  const raw = resolved.config
  const masker = createSecretMasker()
  masker.register(...resolved.resolvedSecrets)
  registerSecrets(masker, raw)
  // The raw value counts: variables in plugin.path are not replaced.
  const folders = (properties.values['plugin.path'] ?? '').split(',').map((folder) => folder.trim())
  const scanned = await scanPluginPath(folders.filter((folder) => folder !== ''))
  if (scanned.rows.length > 0)
    linkPublicApi(new URL(`../plugin/public-api${extname(import.meta.url)}`, import.meta.url).href)
  const catalog = pluginCatalog([...builtins, ...scanned.rows])
  const { settings, problems, warnings } = parseWorkerSettings(raw, pluginClassResolver(catalog))
  if (problems.length > 0) {
    throw new ConfigFileError(
      file,
      problems.map(({ key, message }) => {
        const line = properties.lines.get(key)
        return { key, message: masker.mask(message), ...(line === undefined ? {} : { line }) }
      }),
    )
  }
  return {
    raw,
    settings,
    catalog,
    providers,
    masker,
    warnings: [...properties.warnings, ...resolved.warnings, ...scanned.warnings, ...warnings],
  }
}
