import assert from 'node:assert/strict'
import { test } from 'node:test'
import { INT32_SCHEMA } from '../../src/data/schema.ts'
import { replaceFieldValue } from '../../src/transforms/replace-field.ts'
import { recordOf, run, structOf, USER } from './records.ts'

const ann = { id: 7, name: 'Ann', email: null }

test('include and exclude go by old names, excluding wins, then fields are renamed', () => {
  const settings = { include: 'id,name', exclude: 'name', renames: 'id:uid' }
  assert.deepEqual(run(replaceFieldValue, settings, recordOf(USER, ann))?.value, { uid: 7 })
  assert.deepEqual(run(replaceFieldValue, settings, recordOf(null, ann))?.value, { uid: 7 })
})

test('two fields of one name are refused', () => {
  assert.throws(() => run(replaceFieldValue, { renames: 'id:name' }, recordOf(USER, ann)), {
    name: 'SchemaBuilderException',
    message: 'Cannot create field because of field name duplication name',
  })
})

test('a field may be called __proto__', () => {
  const renamed = run(replaceFieldValue, { renames: 'id:__proto__' }, recordOf(USER, ann))?.value as object
  assert.deepEqual(Object.keys(renamed), ['__proto__', 'name', 'email'])
  assert.equal(Object.getPrototypeOf(renamed), Object.prototype)
})

test('without a schema a renamed field and one of that name: what the JVM comes to last counts', () => {
  const renamed = (value: object) => run(replaceFieldValue, { renames: 'a:b' }, recordOf(null, value))?.value
  assert.deepEqual(renamed({ b: 2, a: 1 }), { b: 2 }) // a HashMap has a in front of b
  assert.deepEqual(renamed({ a: 1, b: 2 }), { b: 2 })
})

test('a struct is not put where one of another schema is expected', () => {
  const schema = structOf({ a: structOf({ x: INT32_SCHEMA }), b: structOf({ y: INT32_SCHEMA }) })
  const settings = { exclude: 'a', renames: 'a:b' }
  assert.throws(() => run(replaceFieldValue, settings, recordOf(schema, { a: { x: 1 }, b: { y: 2 } })), {
    name: 'DataException',
    message: 'Struct schemas do not match.',
  })
})
