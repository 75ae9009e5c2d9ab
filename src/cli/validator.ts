import type { RawConfig } from '../config/define.ts'
import { overridePolicy } from '../kafka/override-policy.ts'
import type { PluginCatalog } from '../plugin/find-plugins.ts'
import type { WorkerConverters } from '../runtime/framework-definition.ts'
import { type ConnectorValidation, validateConnector } from '../runtime/validate-connector.ts'
import type { LoadedWorker } from './load-worker.ts'

/** Validates connector configs against this worker. */
export const connectorValidator = (
  { settings, raw, catalog }: Pick<LoadedWorker, 'settings' | 'raw' | 'catalog'>,
  resolve: (raw: RawConfig) => Promise<RawConfig>,
): ((config: RawConfig) => Promise<ConnectorValidation>) => {
  const workerConverters: WorkerConverters = {
    key: converter(catalog, 'converter', settings['key.converter']),
    value: converter(catalog, 'converter', settings['value.converter']),
    header: converter(catalog, 'header_converter', settings['header.converter']),
  }
  const policy = overridePolicy(raw)
  return (config) => validateConnector(config, { catalog, workerConverters, overridePolicy: policy, resolve })
}

const converter = (catalog: PluginCatalog, kind: 'converter' | 'header_converter', className: string) => ({
  className,
  version: catalog.find(kind, className)?.version ?? null,
})
