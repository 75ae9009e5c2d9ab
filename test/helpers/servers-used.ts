import { appendFileSync } from 'node:fs'

/**
 * Notes that a test ran against a real server, for the list at the end of `npm test`. `scripts/test.ts` names the file in
 * CONNECT_TEST_SERVERS; without it nothing is noted.
 */
export const usesServer = (name: string, version: string): void => {
  const list = process.env['CONNECT_TEST_SERVERS']
  if (list) appendFileSync(list, `${name} ${version}\n`)
}

/** Ends a test whose server cannot be had here: skipped with the reason, but a failure in CI, where it must be there. */
export const serverMissing = (t: { skip(message?: string): void }, reason: string): void => {
  if (process.env['CI'] === 'true') throw new Error(`A server that this test needs is missing: ${reason}`)
  t.skip(reason)
}

/** The tests that take long ask this: `npm run soak` says yes. */
export const isSoak = (): boolean => process.env['SOAK'] === '1'
