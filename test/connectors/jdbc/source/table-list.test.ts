import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chooseDialect } from '../../../../src/connectors/jdbc/choose-dialect.ts'
import { inGroups, parseTableList, tableListText } from '../../../../src/connectors/jdbc/source/table-list.ts'

const postgres = chooseDialect('jdbc:postgresql://h/d')
const mysql = chooseDialect('jdbc:mysql://h/d')

test('a list of tables is text of quoted names', () => {
  const tables = [
    { catalog: null, schema: 'public', table: 'a' },
    { catalog: 'shop', schema: 'public', table: 'b' },
  ]
  assert.equal(tableListText(tables, postgres), '"public"."a","shop"."public"."b"')
  assert.equal(tableListText([{ catalog: 'shop', schema: null, table: 'a' }], mysql), '`shop`.`a`')
  assert.deepEqual(parseTableList('', postgres), [])
})

test('names with dots, commas and quotes come back as they were', () => {
  const names = ['a.b', 'a,b', 'say "hi"', '`tick`', ' ', "o'clock", '"', '","']
  for (const dialect of [postgres, mysql]) {
    const tables = names.map((table) =>
      dialect === mysql ? { catalog: table, schema: null, table } : { catalog: table, schema: table, table },
    )
    assert.deepEqual(parseTableList(tableListText(tables, dialect), dialect), tables)
  }
})

test('groups are contiguous, as even as can be, and the larger ones come first', () => {
  const items = [1, 2, 3, 4, 5, 6, 7]
  assert.deepEqual(inGroups(items, 3), [
    [1, 2, 3],
    [4, 5],
    [6, 7],
  ])
  assert.deepEqual(inGroups(items, 1), [items])
  assert.deepEqual(inGroups([1, 2], 2), [[1], [2]])
})
