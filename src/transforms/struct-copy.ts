/** Reading and copying the fields of structs, with the JVM's treatment of nulls. */
import { compileStruct, type FieldPlan, type StructMaker } from '../data/compile-struct.ts'
import { isNumericType } from '../data/convert-number.ts'
import { DataError } from '../data/errors.ts'
import type { Field, Schema } from '../data/schema.ts'
import { validateField } from '../data/validate-value.ts'
import { getOwn, isPlainObject, Struct, TypedNumber, type TypedNumberType } from '../data/values.ts'
import { type Fields, nullForRequired } from './requirements.ts'

/** A default of null is none at all to the JVM. */
export const defaultOf = (schema: Schema): unknown => schema.default ?? null

/** A field's value; its default when it is null, has one and `withDefault` says so. */
export const readField = (fields: Fields, field: Field, withDefault: boolean): unknown => {
  const value = getOwn(fields, field.name)
  if (value !== undefined && value !== null) return value
  return withDefault ? defaultOf(field.schema) : null
}

/** What becomes of a field's value that is not null. */
export type FieldChange = (value: unknown) => unknown

export type StructCopier = (fields: Fields) => Record<string, unknown>

/** A null becomes the default, or is refused by a required field. */
const nullRule = (name: string, target: Schema, source: Schema, withDefault: boolean): (() => unknown) | undefined => {
  const replacement = withDefault ? defaultOf(source) : null
  if (replacement !== null) return () => replacement
  if (target.optional) return undefined
  return () => {
    throw nullForRequired(name, target)
  }
}

/**
 * The plan for a copy of a whole struct.
 *
 * @param target the schema of the copies: the same fields, perhaps of other types
 * @param changeOf what to do with the values of a field
 */
export const copyPlan = (
  schema: Schema,
  withDefault: boolean,
  target: Schema = schema,
  changeOf: (field: Field) => FieldChange | undefined = () => undefined,
): FieldPlan<never>[] =>
  schema.fields.map((field, index) => {
    const change = changeOf(field)
    const updated = target.fields[index]!.schema
    const rule = nullRule(field.name, updated, field.schema, withDefault)
    return {
      name: field.name,
      source: [field.name],
      whenNull: change === undefined || rule === undefined ? rule : () => changed(rule(), change),
      change,
    }
  })

const changed = (value: unknown, change: FieldChange): unknown => (value === null ? null : change(value))

/** Compiles {@link copyPlan}. The copier throws DataError when a required field is null and stays so. */
export const structCopier = (...args: Parameters<typeof copyPlan>): StructCopier =>
  withoutContext(compileStruct(copyPlan(...args)))

const withoutContext = (maker: StructMaker<never>): StructCopier => maker as unknown as StructCopier

/** One field of the result and where its value comes from. */
export interface FieldSource {
  readonly target: string
  /** Schema of the field in the result; nearly always the source's own. */
  readonly schema: Schema
  /** A text: there is no such field, and what is to be said of it. */
  readonly source: Field | string
}

/** Compiles a copier of chosen fields, under new names where they have them. */
export const fieldPicker = (sources: readonly FieldSource[], withDefault: boolean): StructCopier =>
  withoutContext(
    compileStruct(
      sources.map(({ target, schema, source }) =>
        typeof source === 'string'
          ? { name: target, source: null, make: refuse(source) }
          : {
              name: target,
              source: [source.name],
              whenNull: nullRule(target, schema, source.schema, withDefault),
              change: schema === source.schema ? undefined : checked(target, schema, source.schema),
            },
      ),
    ),
  )

const refuse = (complaint: string) => (): never => {
  throw new DataError(complaint)
}

const checked =
  (name: string, schema: Schema, source: Schema): FieldChange =>
  (value) => {
    validateField(name, schema, typedFor(source, value, schema))
    return value
  }

/** Of two schemas that differ, the value's is the source's: a number that happens to fit is still refused. */
const typedFor = (source: Schema, value: unknown, target: Schema): unknown => {
  if (source.type === 'struct' && isPlainObject(value)) return new Struct(source, value)
  return typeof value === 'number' && isNumericType(source.type) && source.type !== target.type
    ? new TypedNumber(source.type as TypedNumberType, value)
    : value
}

/** What a rebuilt schema keeps of the one it comes from: name, version, doc and parameters, not that it was optional. */
export const copyBasics = ({ type, name, version, doc, parameters }: Schema) => ({
  type,
  name,
  version,
  doc,
  parameters,
})
