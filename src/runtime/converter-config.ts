import { type ConfigDef, defineConfig } from '../config/define.ts'
import { oneOf } from '../config/validators.ts'
import type { ConverterDefinition } from '../plugin/converter.ts'

const CONVERTER_TYPE = defineConfig({
  'converter.type': {
    type: 'string',
    validator: oneOf('key', 'value', 'header'),
    importance: 'low',
    doc: 'What the converter is used for: `key`, `value` or `header`. The worker sets it.',
  },
})

/** A converter's settings as REST shows them: the JVM's converters for keys and values also list the type they are told. */
export const shownConverterConfig = (definition: Pick<ConverterDefinition, 'config' | 'create'>): ConfigDef =>
  definition.create === undefined ? definition.config : { ...CONVERTER_TYPE, ...definition.config }
