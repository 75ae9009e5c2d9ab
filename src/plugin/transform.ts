import type { ConfigDef, ConfigOf } from '../config/define.ts'
import type { ConnectRecord } from './record.ts'

/** A configured transform: returns a new record, the same one, or null to drop it. Synchronous, and compiled at `create`. */
export interface Transform {
  <R extends ConnectRecord>(record: R): R | null
  /** Optional: the same, but for a record that only the caller has, which it may change and return. */
  readonly inPlace?: <R extends ConnectRecord>(record: R) => R | null
}

/** A configured predicate. */
export type Predicate = (record: ConnectRecord) => boolean

export interface TransformDefinition<D extends ConfigDef = ConfigDef> {
  readonly kind: 'transform'
  /** The JVM class, `$Key` and `$Value` included, for example `org.apache.kafka.connect.transforms.HoistField$Value`. */
  readonly className: string
  readonly doc: string
  readonly config: D
  /**
   * Whether texts (strings) in values are only handed on: what becomes of two records that differ in one text differs in that
   * text alone, and does not depend on when it is asked. One call stands for many records then. Default: no.
   */
  readonly passesTexts?: boolean
  /** @throws ConfigError when the settings cannot be used together */
  create(settings: ConfigOf<D>): Transform
}

export interface PredicateDefinition<D extends ConfigDef = ConfigDef> {
  readonly kind: 'predicate'
  readonly className: string
  readonly doc: string
  readonly config: D
  /** Whether it looks at no text in values: see {@link TransformDefinition.passesTexts}. */
  readonly passesTexts?: boolean
  create(settings: ConfigOf<D>): Predicate
}

export const defineTransform = <const D extends ConfigDef>(
  definition: TransformDefinition<D>,
): TransformDefinition<D> => definition
export const definePredicate = <const D extends ConfigDef>(
  definition: PredicateDefinition<D>,
): PredicateDefinition<D> => definition
