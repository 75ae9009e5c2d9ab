import { parseOrThrow } from '../../../../src/config/parse.ts'
import { confluentConfig } from '../../../../src/connectors/jdbc/source/confluent-source-config.ts'
import { confluentSettings, type SourceSettings } from '../../../../src/connectors/jdbc/source/source-settings.ts'

/** What a source works by with these settings of Confluent's connector. Default: SQLite. */
export const settingsOf = (more: Readonly<Record<string, string>> = {}): SourceSettings => {
  const raw = { 'connection.url': 'jdbc:sqlite::memory:', mode: 'bulk', 'topic.prefix': 'x-', ...more }
  return confluentSettings(parseOrThrow(confluentConfig, raw), raw)
}
