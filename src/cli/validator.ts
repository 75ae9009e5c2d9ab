import type { RawConfig } from '../config/define.ts'
import { overridePolicy } from '../kafka/override-policy.ts'
import type { PluginCatalog } from '../plugin/find-plugins.ts'
import type { WorkerConverters } from '../runtime/framework-definition.ts'
import { type ConnectorValidation, validateConnector } from '../runtime/validate-connector.ts'
import type { LoadedWorker } from './load-worker.ts'

/** Validates connector configs against this worker. */
export const connectorValidator = (
  { settings, raw, catalog, masker }: Pick<LoadedWorker, 'settings' | 'raw' | 'catalog' | 'masker'>,
  resolve: (raw: RawConfig) => Promise<RawConfig>,
): ((config: RawConfig) => Promise<ConnectorValidation>) => {
  const workerConverters: WorkerConverters = {
    key: converter(catalog, 'converter', settings['key.converter']),
    value: converter(catalog, 'converter', settings['value.converter']),
    header: converter(catalog, 'header_converter', settings['header.converter']),
  }
  const policy = overridePolicy(raw)
  return async (config) => {
    const parts = { catalog, workerConverters, overridePolicy: policy, resolve }
    const validation = await validateConnector(config, parts)
    // What a plugin declares as a password is one, whatever its key is called.
    const passwords = validation.configInfos.configs.filter(({ definition }) => definition?.type === 'PASSWORD')
    masker.register(...passwords.map(({ value }) => validation.resolved[value.name]))
    return validation
  }
}

const converter = (catalog: PluginCatalog, kind: 'converter' | 'header_converter', className: string) => ({
  className,
  version: catalog.find(kind, className)?.version ?? null,
})
