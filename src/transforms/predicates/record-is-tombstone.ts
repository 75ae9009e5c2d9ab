import { defineConfig } from '../../config/define.ts'
import { definePredicate } from '../../plugin/transform.ts'
import { PREDICATES_PACKAGE } from './predicates-package.ts'

export const recordIsTombstone = definePredicate({
  kind: 'predicate',
  className: `${PREDICATES_PACKAGE}.RecordIsTombstone`,
  doc: 'Holds for records without a value.',
  config: defineConfig({}),
  passesTexts: true,
  create: () => (record) => record.value === null || record.value === undefined,
})
