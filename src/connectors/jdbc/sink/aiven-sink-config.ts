/** Settings of Aiven's JDBC sink. */
import { type ConfigOf, defineConfig } from '../../../config/define.ts'
import { timeZoneId } from '../config-validators.ts'
import { commonSinkConfig, DDL, insertMode, MAPPING } from './common-sink-config.ts'

export const aivenSinkConfig = defineConfig({
  ...commonSinkConfig,
  'db.timezone': { ...commonSinkConfig['db.timezone'], validator: timeZoneId },
  'insert.mode': insertMode('insert', 'multi', 'upsert', 'update'),
  'table.name.normalize': {
    type: 'boolean',
    default: false,
    importance: 'medium',
    group: MAPPING,
    order: 2,
    width: 'long',
    displayName: 'Table Name Normalize',
    doc: 'Whether to replace every character of a table name that is no letter, digit or underscore by an underscore.',
  },
  'topics.to.tables.mapping': {
    type: 'list',
    default: [],
    importance: 'medium',
    group: MAPPING,
    order: 3,
    width: 'long',
    displayName: 'Topics To Tables Mapping',
    doc: 'Tables of topics: topic1:table1,topic2:table2. Topics that are not listed have no table.',
  },
  'sql.quote.identifiers': {
    type: 'boolean',
    default: true,
    importance: 'medium',
    group: DDL,
    order: 3,
    width: 'medium',
    displayName: 'Quote Identifiers',
    doc: 'Whether names of tables and columns stand in quotes.',
  },
})

export type AivenSinkConfig = ConfigOf<typeof aivenSinkConfig>
