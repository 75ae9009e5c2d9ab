import assert from 'node:assert/strict'
import { readdirSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryDir } from '../helpers/services-dir.ts'
import type { Answer, Case } from './case.ts'
import type { Jvm } from './jvm.ts'
import { rememberAnswers } from './remember-answers.ts'

const cases = (payload: string): Case[] =>
  Array.from({ length: 100 }, () => ({ kind: 'convert', to: 'string', schema: null, payload }))

test('the same question is answered without a JVM, for an hour; another question, or another harness, is not', async (t) => {
  const folder = temporaryDir(t)
  let asked = 0
  const start = async (): Promise<Jvm> => ({
    ask: async (list) => {
      asked++
      return list.map((): Answer => ({ result: asked }))
    },
    close: async () => undefined,
  })
  const ask = async (harness: string, payload: string): Promise<unknown> => {
    const jvm = rememberAnswers(start, harness, folder)
    const answers = await jvm.ask(cases(payload))
    await jvm.close()
    return (answers[99] as { result: unknown }).result
  }
  assert.equal(await ask('harness', 'a'), 1)
  assert.equal(await ask('harness', 'a'), 1)
  assert.equal(await ask('harness', 'b'), 2)
  assert.equal(await ask('another', 'a'), 3)
  const old = new Date(Date.now() - 2 * 3_600_000)
  for (const name of readdirSync(folder)) utimesSync(join(folder, name), old, old)
  assert.equal(await ask('harness', 'a'), 4)
})
