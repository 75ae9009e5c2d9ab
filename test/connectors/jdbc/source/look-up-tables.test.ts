import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Database } from '../../../../src/connectors/jdbc/database.ts'
import { lookUpTables } from '../../../../src/connectors/jdbc/source/look-up-tables.ts'
import type { SourceSettings } from '../../../../src/connectors/jdbc/source/source-settings.ts'
import { type TableId, tableText } from '../../../../src/connectors/jdbc/table-id.ts'
import { settingsOf } from './settings-of.ts'

const table = (schema: string, name: string): TableId => ({ catalog: 'shop', schema, table: name })

const found = async (
  all: readonly TableId[],
  more: Readonly<Record<string, string>>,
  flavour: 'confluent' | 'aiven' = 'confluent',
): Promise<string[]> => {
  const settings = settingsOf({ 'connection.url': 'jdbc:postgresql://h/shop', ...more })
  const listing: SourceSettings = {
    ...settings,
    reader: { ...settings.reader, flavour },
    dialect: { ...settings.dialect, listTables: async () => all },
  }
  return (await lookUpTables({} as Database, listing)).map((id) => tableText(id))
}

const TABLES = [table('other', 'b'), table('public', 'a')]

test("PostgreSQL's tables have no database in their names with Confluent's settings, and one with Aiven's", async () => {
  assert.deepEqual(await found(TABLES, {}), ['other.b', 'public.a'])
  assert.deepEqual(await found(TABLES, {}, 'aiven'), ['shop.other.b', 'shop.public.a'])
})

test('lists name tables by their own name, their qualified name, or in quotes', async () => {
  for (const name of ['a', 'public.a', '"public"."a"']) {
    assert.deepEqual(await found(TABLES, { 'table.whitelist': name }), ['public.a'], name)
    assert.deepEqual(await found(TABLES, { 'table.blacklist': name }), ['other.b'], name)
  }
  for (const name of ['A', 'other.a', 'public."a"', 'shop.public.a']) {
    assert.deepEqual(await found(TABLES, { 'table.whitelist': name }), [], name)
  }
})

test('two tables of one name would share a topic: both are named, and the setting that chose them', async () => {
  const twins = [...TABLES, table('other', 'a')]
  const rejects = (more: Readonly<Record<string, string>>, setting: string) =>
    assert.rejects(found(twins, more), (error: Error) => {
      assert.ok(
        error.message.includes(`Update the connector's '${setting}' config to include exactly one table`),
        error.message,
      )
      assert.ok(error.message.endsWith('listed below.\n\t[["public"."a", "other"."a"]]'), error.message)
      return true
    })
  await rejects({}, "table.whitelist' or 'table.blacklist")
  await rejects({ 'table.whitelist': 'a' }, 'table.whitelist')
  await rejects({ 'table.blacklist': 'x' }, 'table.blacklist')
  await rejects({ 'table.include.list': '.*a' }, 'table.include.list')
  assert.deepEqual(await found(twins, { 'table.include.list': 'public.*|other\\.b' }), ['other.b', 'public.a'])
})
