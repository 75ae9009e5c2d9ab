/** What `Cast` is told to do. */
import { javaListText } from '../config/java-text.ts'
import { DataError } from '../data/errors.ts'
import { javaHashOrder } from '../data/java-hash-order.ts'
import { type SchemaType, typeName } from '../data/schema.ts'

export type CastType = Exclude<SchemaType, 'bytes' | 'array' | 'map' | 'struct'>

export type CastSpec =
  | { readonly whole: CastType }
  | { readonly whole: null; readonly fields: ReadonlyMap<string, CastType> }

const TARGETS: readonly SchemaType[] = ['int8', 'int16', 'int32', 'int64', 'float32', 'float64', 'boolean', 'string']
const SOURCES: readonly SchemaType[] = [...TARGETS, 'bytes']
const TYPES: readonly SchemaType[] = [...SOURCES, 'array', 'map', 'struct']

const namesOf = (types: readonly SchemaType[]): string => javaListText(types.map(typeName))

/** @throws DataError when values of this type cannot be cast */
export const requireCastable = (type: SchemaType): void => {
  if (SOURCES.includes(type)) return
  throw new DataError(
    `Cast transformation does not support casting from ${typeName(type)}; supported types are ${namesOf(SOURCES)}`,
  )
}

/** The casts that a list of `field:type`, or one `type`, means; a text is what is wrong with it, in the JVM's words. */
export const readCastSpec = (mappings: readonly string[]): CastSpec | string => {
  if (mappings.length === 0) return 'Must specify at least one field to cast.'
  const fields = new Map<string, CastType>()
  let whole: CastType | null = null
  for (const mapping of mappings) {
    const parts = mapping.split(':')
    while (parts.length > 1 && parts.at(-1) === '') parts.pop()
    if (parts.length > 2) {
      return `Invalid value ${javaListText(mappings)} for configuration renames: Invalid rename mapping: ${mapping}`
    }
    const type = readType(parts.at(-1)!.trim())
    if ('problem' in type) return type.problem
    if (parts.length === 1) whole = type.type
    else fields.set(parts[0]!.trim(), type.type)
  }
  if (whole === null)
    return { whole, fields: new Map(javaHashOrder([...fields.keys()]).map((name) => [name, fields.get(name)!])) }
  return mappings.length === 1
    ? { whole }
    : 'Cast transformations that specify a type to cast the entire value to may only specify a single cast in their spec'
}

const readType = (text: string): { readonly type: CastType } | { readonly problem: string } => {
  const type = TYPES.find((each) => typeName(each) === text.toUpperCase())
  if (type === undefined) {
    const enumeration = 'org.apache.kafka.connect.data.Schema.Type'
    return {
      problem: `Invalid value java.lang.IllegalArgumentException: No enum constant ${enumeration}.${text.toUpperCase()} for configuration Invalid type found in casting spec: ${text}`,
    }
  }
  if (TARGETS.includes(type)) return { type: type as CastType }
  return {
    problem: `Cast transformation does not support casting to ${typeName(type)}; supported types are ${namesOf(TARGETS)}`,
  }
}
