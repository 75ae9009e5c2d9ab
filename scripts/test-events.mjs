// A reporter for node:test that writes one line of JSON for each finished test; scripts/run-test-file.ts reads them.
import { inspect } from 'node:util'

/** @param {AsyncIterable<{ type: string, data: any }>} source */
export default async function* testEvents(source) {
  const parents = []
  for await (const { type, data } of source) {
    if (type === 'test:start') parents[data.nesting] = data.name
    // such as an error after the end of a test: it makes the file fail, but is no test's failure
    if (type === 'test:diagnostic' && data.message.startsWith('Error: '))
      yield `${JSON.stringify({ note: data.message })}\n`
    if (type !== 'test:pass' && type !== 'test:fail') continue
    if (data.details?.type === 'suite' && type === 'test:pass') continue
    const error = data.details?.error
    yield `${JSON.stringify({
      name: [...parents.slice(0, data.nesting), data.name].join(' > '),
      passed: type === 'test:pass',
      suite: data.details?.type === 'suite',
      // true, or the reason
      skipped: data.skip ?? data.todo,
      parentOfFailure: error?.failureType === 'subtestsFailed',
      error: error === undefined ? undefined : inspect(error.cause ?? error, { depth: 6 }),
    })}\n`
  }
  yield `${JSON.stringify({ end: true })}\n`
}
