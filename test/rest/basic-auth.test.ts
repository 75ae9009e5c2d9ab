import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { BASIC_AUTH_EXTENSION, createAuthorisation } from '../../src/rest/basic-auth.ts'

const folder = mkdtempSync(join(tmpdir(), 'basic-auth-'))
after(() => rmSync(folder, { recursive: true }))

const jaasFile = (text: string): string => {
  const file = join(folder, 'jaas.conf')
  writeFileSync(file, text)
  return file
}
const users = join(folder, 'users.properties')
const MODULE = 'org.apache.kafka.connect.rest.basic.auth.extension.PropertyFileLoginModule'
const good = () => jaasFile(`Other { a.B required; };\nKafkaConnect {\n  ${MODULE} required file="${users}";\n};`)

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`

test('without extensions everybody is let in', () => assert.equal(createAuthorisation([], undefined), undefined))

test('who knows a user and the password is let in; nobody else is', () => {
  writeFileSync(users, 'alice=se:cret\nbob=grün\n')
  const mayEnter = createAuthorisation([BASIC_AUTH_EXTENSION], good())!
  assert.equal(mayEnter(basic('alice:se:cret')), true)
  assert.equal(mayEnter(basic('bob:grün')), true)
  for (const header of [
    undefined,
    '',
    'Basic',
    'Basic !',
    basic('alice'),
    basic('alice:'),
    basic('alice:x'),
    basic('carol:'),
  ]) {
    assert.equal(mayEnter(header), false, header)
  }
  assert.equal(mayEnter(basic('__proto__:x')), false)
  assert.equal(mayEnter(`Bearer ${Buffer.from('alice:se:cret').toString('base64')}`), false)
})

test('users can be changed while the worker runs', () => {
  writeFileSync(users, 'alice=one\n')
  const mayEnter = createAuthorisation([BASIC_AUTH_EXTENSION], good())!
  writeFileSync(users, 'alice=two\n')
  assert.equal(mayEnter(basic('alice:one')), false)
  assert.equal(mayEnter(basic('alice:two')), true)
  rmSync(users)
  assert.equal(mayEnter(basic('alice:two')), false)
})

test('an extension that is a Java class of somebody else is refused by name', () => {
  assert.throws(() => createAuthorisation(['com.example.Audit'], undefined), {
    message: `rest.extension.classes: com.example.Audit cannot be loaded here, it is a Java class. Accepted: ${BASIC_AUTH_EXTENSION}`,
  })
})

test('what is missing for basic authentication is told', () => {
  const setting = `rest.extension.classes=${BASIC_AUTH_EXTENSION}`
  assert.throws(() => createAuthorisation([BASIC_AUTH_EXTENSION], undefined), {
    message: `${setting} needs a JAAS file: KAFKA_OPTS="-Djava.security.auth.login.config=FILE", with a section KafkaConnect`,
  })
  const file = jaasFile('Other { a.B required; };')
  assert.throws(() => createAuthorisation([BASIC_AUTH_EXTENSION], file), {
    message: `${setting}: JAAS file ${file}: there is no section KafkaConnect`,
  })
  jaasFile('KafkaConnect { a.B required file="x"; };')
  assert.throws(() => createAuthorisation([BASIC_AUTH_EXTENSION], file), {
    message: `${setting}: JAAS file ${file}: section KafkaConnect must have one login module, ${MODULE}`,
  })
  jaasFile(`KafkaConnect { ${MODULE} required; };`)
  assert.throws(() => createAuthorisation([BASIC_AUTH_EXTENSION], file), {
    message: `${setting}: JAAS file ${file}: option file of ${MODULE} is missing`,
  })
})
