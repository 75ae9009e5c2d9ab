import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createProviders } from '../../../src/config/providers/create-providers.ts'
import type { ConfigProviderDefinition } from '../../../src/config/providers/provider.ts'

const PACKAGE = 'org.apache.kafka.common.config.provider.'

test('providers are made under the names that config.providers lists', () => {
  const providers = createProviders({
    'config.providers': 'file, dir ,env,file',
    'config.providers.file.class': `${PACKAGE}FileConfigProvider`,
    'config.providers.dir.class': ' DirectoryConfigProvider ',
    'config.providers.env.class': 'EnvVar',
    'config.providers.unlisted.class': 'Nonsense',
  })
  assert.deepEqual([...providers.keys()], ['file', 'dir', 'env'])
})

test('without config.providers there are none', () => {
  assert.equal(createProviders({}).size, 0)
  assert.equal(createProviders({ 'config.providers': '' }).size, 0)
  assert.equal(createProviders({ 'config.providers': null }).size, 0)
})

test('every provider that cannot be made is reported, with its key and what is accepted', () => {
  const worker = {
    'config.providers': 'vault,file,,env,dir',
    'config.providers.vault.class': 'com.example.VaultConfigProvider',
    'config.providers.env.class': 'EnvVarConfigProvider',
    'config.providers.env.param.allowlist.pattern': '(',
    'config.providers.dir.class': 'Directory',
    'config.providers.dir.param.allowed.paths': 'secrets',
  }
  assert.throws(() => createProviders(worker, 'worker.properties'), {
    name: 'ConfigFileError',
    message: [
      'worker.properties: Invalid value com.example.VaultConfigProvider for configuration config.providers.vault.class: no such config provider; accepted are FileConfigProvider, DirectoryConfigProvider, EnvVarConfigProvider',
      "worker.properties: config.providers.file.class is missing: config.providers names 'file', which needs a class (FileConfigProvider, DirectoryConfigProvider, EnvVarConfigProvider)",
      "worker.properties: Configuration 'config.providers' values must not be empty.",
      "worker.properties: config.providers.env.param.allowlist.pattern: '(' cannot be used as a regular expression: Invalid regular expression: /^(?:()$/: Unterminated group",
      'worker.properties: config.providers.dir.param.allowed.paths: Path secrets is not absolute',
    ].join('\n'),
  })
})

test('a provider gets its own parameters only, without their prefix', () => {
  let seen: unknown
  const definition: ConfigProviderDefinition = {
    className: 'a.b.TestConfigProvider',
    doc: '',
    create(parameters) {
      seen = { ...parameters }
      return { get: async () => ({ values: new Map() }) }
    },
  }
  const worker = {
    'config.providers': 't',
    'config.providers.t.class': 'Test',
    'config.providers.t.other': 'x',
    'config.providers.t.param.a.b': '1',
    'config.providers.tt.param.c': '2',
  }
  assert.deepEqual([...createProviders(worker, 'w', [definition]).keys()], ['t'])
  assert.deepEqual(seen, { 'a.b': '1' })
})
