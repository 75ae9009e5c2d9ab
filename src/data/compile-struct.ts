/**
 * Turns a plan for a struct into a function that makes it in one go. The function's text is generated, so that the engine
 * sees one object literal with fixed names: ten times as fast as setting fields one by one. Names only ever stand in the
 * text as JSON strings.
 */
import { getOwn, setOwn } from './values.ts'

type Fields = Readonly<Record<string, unknown>>

/** One field of the result. */
export interface FieldPlan<Context = undefined> {
  readonly name: string
  /** The field that it comes from, within nested structs the way there; null for one that `make` makes. */
  readonly source: readonly string[] | null
  /** What to take when the source is null; may throw. Not asked when a struct on the way is null. Default: null. */
  readonly whenNull?: (() => unknown) | undefined
  /** What becomes of a value that is not null. Default: itself. */
  readonly change?: ((value: unknown) => unknown) | undefined
  readonly make?: ((context: Context) => unknown) | undefined
}

export type StructMaker<Context> = (fields: Fields, context: Context) => Record<string, unknown>

/** Beyond this an object is kept as a hash table anyway, and the text would only be long. */
const MOST_FIELDS = 200

/** Compiles the plan; fields are made in its order, so the first problem thrown is that of the first bad field. */
export const compileStruct = <Context = undefined>(plan: readonly FieldPlan<Context>[]): StructMaker<Context> => {
  if (plan.length > MOST_FIELDS) return interpret(plan)
  try {
    return generate(plan)
  } catch (error) {
    // A process may be run with code generation switched off.
    if (error instanceof EvalError) return interpret(plan)
    throw error
  }
}

const NULL = (): null => null

const generate = <Context>(plan: readonly FieldPlan<Context>[]): StructMaker<Context> => {
  const lines: string[] = []
  const structs = new Map<string, string>()
  const parentOf = (path: readonly string[]): string => {
    if (path.length === 0) return 'f'
    const id = JSON.stringify(path)
    const known = structs.get(id)
    if (known !== undefined) return known
    const outer = parentOf(path.slice(0, -1))
    const name = `s${structs.size}`
    structs.set(id, name)
    const read = readText(outer, path.at(-1)!)
    lines.push(`const ${name} = ${outer === 'f' ? read : `${outer} === null ? null : ${read}`} ?? null`)
    return name
  }
  const entries = plan.map((field, index) => {
    const name = field.name === '__proto__' ? '["__proto__"]' : JSON.stringify(field.name)
    if (field.source === null) return `${name}: plan[${index}].make(context) ?? null`
    const parent = parentOf(field.source.slice(0, -1))
    const read = readText(parent, field.source.at(-1)!)
    const value = valueText(field, index, read)
    return `${name}: ${parent === 'f' ? value : `${parent} === null ? null : ${value}`}`
  })
  const rules = plan.map(({ whenNull = NULL, change = null }) => ({ whenNull, change }))
  const constants = rules.map(
    (_rule, index) => `const n${index} = rules[${index}].whenNull, c${index} = rules[${index}].change`,
  )
  const body = `"use strict"
${constants.join('\n')}
return (f, context) => {
let v
${lines.join('\n')}
return {${entries.join(',\n')}}
}`
  return new Function('plan', 'rules', 'own', body)(plan, rules, getOwn) as StructMaker<Context>
}

/** What every object has from its prototype is looked up with care, everything else directly. */
const readText = (object: string, name: string): string => {
  const key = JSON.stringify(name)
  return name in Object.prototype ? `own(${object}, ${key})` : `${object}[${key}]`
}

const valueText = (field: FieldPlan<never>, index: number, read: string): string => {
  if (field.whenNull === undefined && field.change === undefined) return `${read} ?? null`
  const present = field.change === undefined ? 'v' : `c${index}(v)`
  return `(v = ${read}) === undefined || v === null ? n${index}() : ${present}`
}

/** Calls the function at the same index with each field's value. */
export const compileVisitor = <Context>(
  names: readonly string[],
  visits: readonly ((value: unknown, context: Context) => void)[],
): ((fields: Fields, context: Context) => void) => {
  const visitEach = (fields: Fields, context: Context): void => {
    for (let i = 0; i < names.length; i++) visits[i]!(getOwn(fields, names[i]!), context)
  }
  if (names.length > MOST_FIELDS) return visitEach
  try {
    const constants = names.map((_, index) => `const v${index} = visits[${index}]`)
    const calls = names.map((name, index) => `v${index}(${readText('f', name)}, context)`)
    const body = `"use strict"\n${constants.join('\n')}\nreturn (f, context) => {\n${calls.join('\n')}\n}`
    return new Function('visits', 'own', body)(visits, getOwn) as typeof visitEach
  } catch (error) {
    if (error instanceof EvalError) return visitEach
    throw error
  }
}

/** {@link generate} without generated text. */
const interpret = <Context>(plan: readonly FieldPlan<Context>[]): StructMaker<Context> => {
  return (fields, context) => {
    const result: Record<string, unknown> = {}
    for (const field of plan) setOwn(result, field.name, interpretField(field, fields, context))
    return result
  }
}

const interpretField = <Context>(field: FieldPlan<Context>, fields: Fields, context: Context): unknown => {
  if (field.source === null) return field.make?.(context) ?? null
  let current: Fields = fields
  for (const step of field.source.slice(0, -1)) {
    const inner = getOwn(current, step) ?? null
    if (inner === null) return null
    current = inner as Fields
  }
  const value = getOwn(current, field.source.at(-1)!) ?? null
  if (value === null) return field.whenNull?.() ?? null
  return field.change === undefined ? value : field.change(value)
}
