import { connectorConfig } from '../config/connector-settings.ts'
import type { RawConfig } from '../config/define.ts'
import { parseOrThrow } from '../config/parse.ts'
import type { ErrorSettings } from './tolerance.ts'

const KEYS = [
  'errors.tolerance',
  'errors.retry.timeout',
  'errors.retry.delay.max.ms',
  'errors.log.enable',
  'errors.log.include.messages',
] as const

/** The `errors.*` settings of a connector. */
export const errorSettings = (connector: RawConfig): ErrorSettings =>
  parseOrThrow(
    Object.fromEntries(KEYS.map((key) => [key, connectorConfig[key]])) as Pick<
      typeof connectorConfig,
      (typeof KEYS)[number]
    >,
    connector,
  )
