import { defineConfig } from '../config/define.ts'

/** The setting that nine of the transforms share. */
export const nullDefaults = defineConfig({
  'replace.null.with.default': {
    type: 'boolean',
    default: true,
    importance: 'medium',
    doc: 'Whether a field that is null and whose schema has a default is read as that default.',
  },
})
