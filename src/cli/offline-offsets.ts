import type { JsonOffset } from '../config/offsets-json.ts'
import type { ConnectorDefinition } from '../plugin/connector.ts'
import type { Logger } from '../plugin/logger.ts'
import {
  alterConnectorOffsets,
  type ConnectorOffsetParts,
  connectorOffsetParts,
  readConnectorOffsets,
  resetConnectorOffsets,
} from '../runtime/connector-offsets.ts'
import { openOffsetFile } from '../storage/offset-file.ts'
import { EXIT, ExitError } from './exit-codes.ts'
import type { LoadedWorker } from './load-worker.ts'
import type { NamedConnector } from './named-connectors.ts'

/** Where the offsets of one connector are. */
export interface OffsetPlace {
  offsets(): Promise<readonly JsonOffset[]>
  /** @returns a sentence for the user */
  set(offsets: readonly JsonOffset[]): Promise<string>
  reset(): Promise<string>
}

export interface OfflineOffsets {
  /** Names of connectors that have offsets in the file. */
  sources(): readonly string[]
  of(connector: NamedConnector): OffsetPlace
}

/** Offsets of a worker that does not run: in its file, and of sinks in Kafka. @throws ConfigFileError */
export const offlineOffsets = async (
  { settings, raw, problem, masker }: Pick<LoadedWorker, 'settings' | 'raw' | 'problem' | 'masker'>,
  logFor: (context: string) => Logger,
): Promise<OfflineOffsets> => {
  const key = 'offset.storage.file.filename'
  const offsets = await openOffsetFile(settings[key], logFor('worker')).catch((error: unknown) => {
    throw problem(key, `${key}: ${error instanceof Error ? error.message : error}`)
  })

  /** Without a definition there is no hook of the connector's that could be asked. */
  const partsOf = ({ name, known }: NamedConnector, kind: 'source' | 'sink'): ConnectorOffsetParts =>
    connectorOffsetParts(name, known?.definition ?? ({ kind } as ConnectorDefinition), known?.config ?? {}, {
      ...{ raw, offsets, logFor },
    })

  const kindOf = async (connector: NamedConnector, given: readonly JsonOffset[]): Promise<'source' | 'sink'> => {
    if (connector.known !== undefined) return connector.known.definition.kind
    if (offsets.entries(connector.name).length > 0) return 'source'
    if (given.length > 0) return given.every(isOfTopic) ? 'sink' : 'source'
    if ((await readConnectorOffsets(partsOf(connector, 'sink'))).length > 0) return 'sink'
    throw new ExitError(
      EXIT.connector,
      `There are no offsets of ${connector.name}: neither in ${offsets.path} nor of the consumer group connect-${connector.name}`,
    )
  }

  const withKind = async <T>(
    connector: NamedConnector,
    given: readonly JsonOffset[],
    work: (parts: ConnectorOffsetParts) => Promise<T>,
  ): Promise<T> => {
    try {
      return await work(partsOf(connector, await kindOf(connector, given)))
    } catch (error) {
      if (error instanceof ExitError) throw error
      const message = error instanceof Error ? error.message : String(error)
      throw new ExitError(EXIT.connector, masker.mask(message), { cause: error })
    }
  }

  return {
    sources: () => [...new Set(offsets.entries().map(({ connector }) => connector))],
    of: (connector) => ({
      async offsets() {
        const found = await withKind(connector, [], readConnectorOffsets)
        return found.map(({ partition, offset }) => ({ partition, offset }))
      },
      set: (given) => withKind(connector, given, (parts) => alterConnectorOffsets(parts, given)),
      reset: () => withKind(connector, [], resetConnectorOffsets),
    }),
  }
}

const isOfTopic = ({ partition }: JsonOffset): boolean => partition !== null && Object.hasOwn(partition, 'kafka_topic')
