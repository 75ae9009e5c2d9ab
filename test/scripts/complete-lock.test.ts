import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { missingPackages } from '../../scripts/complete-lock.ts'
import { repoRoot } from '../helpers/services-dir.ts'

test('package-lock.json has every package of every platform, or `npm ci` refuses it: tsx scripts/complete-lock.ts adds them', () => {
  const lock: { readonly packages: Parameters<typeof missingPackages>[0] } = JSON.parse(
    readFileSync(`${repoRoot}/package-lock.json`, 'utf8'),
  )
  assert.ok(Object.keys(lock.packages).length > 10)
  assert.deepEqual(missingPackages(lock.packages), [])
})

test('an optional dependency without an entry is found, wherever the entry might stand', () => {
  const wanted = { optionalDependencies: { 'x-linux-x64': '1.0.0', 'x-win32-x64': '1.0.0', 'x-darwin-x64': '1.0.0' } }
  const packages = {
    'node_modules/x': wanted,
    'node_modules/x-linux-x64': {},
    'node_modules/x/node_modules/x-win32-x64': {},
  }
  assert.deepEqual(missingPackages(packages), [{ name: 'x-darwin-x64', version: '1.0.0', wantedBy: 'node_modules/x' }])
})
