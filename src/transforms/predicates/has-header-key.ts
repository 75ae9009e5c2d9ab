import { defineConfig } from '../../config/define.ts'
import { nonEmpty } from '../../config/validators.ts'
import { definePredicate } from '../../plugin/transform.ts'
import { PREDICATES_PACKAGE } from './predicates-package.ts'

export const hasHeaderKey = definePredicate({
  kind: 'predicate',
  className: `${PREDICATES_PACKAGE}.HasHeaderKey`,
  doc: 'Holds for records that have at least one header with a given name.',
  config: defineConfig({
    name: { type: 'string', validator: nonEmpty, importance: 'medium', doc: 'Name of the header.' },
  }),
  passesTexts: true,
  create: ({ name }) => {
    const hasName = (header: { readonly key: string }): boolean => header.key === name
    return (record) => record.headers.some(hasName)
  },
})
