import type { Schema } from '../data/schema.ts'
import { quoteJson } from './json-string.ts'
import { compileWriter, type WriteOptions } from './json-write.ts'

const typeText = (schema: Schema): string => {
  if (schema.type === 'float32') return 'float'
  return schema.type === 'float64' ? 'double' : schema.type
}

/** What the type asks for: elements, keys and values, fields. Each with a comma before it. */
const partsOfType = (schema: Schema, options: WriteOptions): string => {
  switch (schema.type) {
    case 'array':
      return `,"items":${schemaJson(schema.valueSchema, options)}`
    case 'map':
      return `,"keys":${schemaJson(schema.keySchema, options)},"values":${schemaJson(schema.valueSchema, options)}`
    case 'struct': {
      const fields = schema.fields.map(
        ({ name, schema: field }) => `{${membersOf(field, options)},"field":${quoteJson(name)}}`,
      )
      return `,"fields":[${fields.join(',')}]`
    }
    default:
      return ''
  }
}

const membersOf = (schema: Schema, options: WriteOptions): string => {
  let out = `"type":"${typeText(schema)}"${partsOfType(schema, options)},"optional":${schema.optional}`
  if (schema.name !== null) out += `,"name":${quoteJson(schema.name)}`
  if (schema.version !== null) out += `,"version":${schema.version}`
  if (schema.doc !== null) out += `,"doc":${quoteJson(schema.doc)}`
  if (schema.parameters !== null) {
    const parameters = [...schema.parameters].map(([key, value]) => `${quoteJson(key)}:${quoteJson(value)}`)
    out += `,"parameters":{${parameters.join(',')}}`
  }
  if (schema.default !== undefined && schema.default !== null) {
    out += `,"default":${compileWriter(schema, options)(schema.default)}`
  }
  return out
}

/** A schema as it stands in the envelope: members in the JVM's order, only those that are set. */
export const schemaJson = (schema: Schema | null, options: WriteOptions): string =>
  schema === null ? 'null' : `{${membersOf(schema, options)}}`
