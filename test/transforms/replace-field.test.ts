import assert from 'node:assert/strict'
import { test } from 'node:test'
import { replaceFieldValue } from '../../src/transforms/replace-field.ts'
import { recordOf, run, USER } from './records.ts'

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
