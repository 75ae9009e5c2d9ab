import { defineConfig } from '../config/define.ts'
import { defineTransform } from '../plugin/transform.ts'
import { TRANSFORMS_PACKAGE } from './side.ts'

export const filter = defineTransform({
  kind: 'transform',
  className: `${TRANSFORMS_PACKAGE}.Filter`,
  doc: 'Drops every record. Meant to be used with a predicate that picks the records to drop.',
  config: defineConfig({}),
  passesTexts: true,
  create: () => () => null,
})
