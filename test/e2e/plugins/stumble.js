import { defineConfig, defineTransform, RetriableError } from 'connect-standalone'

/** A transform that fails so many times for each record whose value starts with `stumble`, and then lets it through. */
export const stumble = defineTransform({
  kind: 'transform',
  className: 'test.e2e.Stumble',
  doc: 'Fails, and may be tried again.',
  config: defineConfig({ times: { type: 'int', importance: 'high', doc: 'How many times it fails for a record.' } }),
  create({ times }) {
    let left = times
    return (record) => {
      if (!String(record.value).startsWith('stumble')) return record
      if (left > 0) {
        left--
        throw new RetriableError('stumbled')
      }
      left = times
      return record
    }
  },
})
