/** What is sent through Apache's classes and ours: plain JSON, so that it can be sent, printed and shrunk. */
import type { ConverterRole } from '../../src/plugin/converter.ts'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

export type Config = { readonly [key: string]: string | null }

/** Schema and value in the form of test/oracle/README.md. */
export type Side = { readonly schema: Json; readonly payload: Json }

export type RecordJson = {
  readonly topic: string
  readonly partition: number | null
  readonly timestamp: number | null
  readonly offset?: number
  readonly key: Side
  readonly value: Side
  readonly headers: readonly (Side & { readonly key: string })[]
}

export type TransformsCase = {
  readonly kind: 'transforms'
  readonly sink: boolean
  readonly config: Config
  readonly records: readonly RecordJson[]
}

export type ConverterCase = {
  readonly kind: 'converter'
  readonly converter: string
  readonly role: ConverterRole
  readonly config: Config
  readonly op: 'fromConnect' | 'toConnect'
  /** Of fromConnect: sides. Of toConnect: base64, or null. */
  readonly inputs: readonly (Side | string | null)[]
}

/** SchemaProjector. */
export type ProjectCase = Side & { readonly kind: 'project'; readonly target: Json }

/** `Values.convertTo…`. */
export type ConvertCase = Side & { readonly kind: 'convert'; readonly to: string }

export type Case = TransformsCase | ConverterCase | ProjectCase | ConvertCase

export type ErrorJson = {
  readonly class: string
  readonly message: string | null
  readonly phase: 'input' | 'config' | 'apply' | 'convert'
  readonly causes: readonly { readonly class: string; readonly message: string | null }[]
}

export type Outcome =
  | { readonly error: ErrorJson }
  | { readonly output: Json }
  | { readonly bytes: string | null }
  | { readonly result: Json }

/** One for the whole case, or one for each of its records or inputs. */
export type Answer = Outcome | readonly Outcome[]
