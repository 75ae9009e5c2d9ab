import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineConfig, Password } from '../../src/config/define.ts'
import { describeConfig, validateConfig } from '../../src/config/validate.ts'
import { atLeast, listOf } from '../../src/config/validators.ts'

const definition = defineConfig({
  size: {
    type: 'double',
    default: 1,
    validator: atLeast(0),
    importance: 'high',
    doc: 'Size.',
    group: 'Form',
    order: 1,
    width: 'short',
    displayName: 'The size',
    dependents: ['names'],
    recommended: ['1', '2'],
  },
  names: { type: 'list', default: ['a', 'b'], validator: listOf(), importance: 'low', doc: 'Names.' },
  secret: { type: 'password', default: new Password('x'), importance: 'low', doc: 'Secret.' },
  hidden: { type: 'int', default: 1, importance: 'low', doc: 'Ours.', internal: true },
})

test('an answer has its members in the order of the JVM worker', () => {
  assert.equal(
    JSON.stringify(validateConfig('X', definition, { size: '2', secret: 'y' })),
    '{"name":"X","error_count":0,"groups":["Form"],"configs":[' +
      '{"definition":{"name":"size","type":"DOUBLE","required":false,"default_value":"1.0","importance":"HIGH","documentation":"Size.","group":"Form","order_in_group":1,"width":"SHORT","display_name":"The size","dependents":["names"]},' +
      '"value":{"name":"size","value":"2.0","recommended_values":["1","2"],"errors":[],"visible":true}},' +
      '{"definition":{"name":"names","type":"LIST","required":false,"default_value":"a,b","importance":"LOW","documentation":"Names.","group":null,"order_in_group":-1,"width":"NONE","display_name":"names","dependents":[]},' +
      '"value":{"name":"names","value":"a,b","recommended_values":[],"errors":[],"visible":true}},' +
      '{"definition":{"name":"secret","type":"PASSWORD","required":false,"default_value":"[hidden]","importance":"LOW","documentation":"Secret.","group":null,"order_in_group":-1,"width":"NONE","display_name":"secret","dependents":[]},' +
      '"value":{"name":"secret","value":"[hidden]","recommended_values":[],"errors":[],"visible":true}}]}',
  )
})

test('every message counts: of the text, and of the null that is left of it', () => {
  const { error_count, configs } = validateConfig('X', definition, { size: 'big', names: 'a,a' })
  assert.equal(error_count, 3)
  assert.deepEqual(
    configs.flatMap(({ value }) => value.errors),
    [
      'Invalid value big for configuration size: Not a number of type DOUBLE',
      'Invalid value null for configuration size: Value must be non-null',
      "Configuration 'names' values must not be duplicated.",
    ],
  )
})

test('a setting of our own shows only when something is wrong with it', () => {
  assert.deepEqual(
    describeConfig(definition).map(({ name }) => name),
    ['size', 'names', 'secret'],
  )
  const { configs } = validateConfig('X', definition, { hidden: 'x' })
  assert.equal(configs.at(-1)?.definition?.name, 'hidden')
})
