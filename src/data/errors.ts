/** Something that is wrong with a record, a config or a target and will not get better by trying again. */
export class ConnectError extends Error {
  override readonly name: string = 'ConnectException'
}

/** Data that does not fit its schema or its format. */
export class DataError extends ConnectError {
  override readonly name: string = 'DataException'
}

/** A schema that cannot be built: a field twice, a default that does not fit. */
export class SchemaBuilderError extends DataError {
  override readonly name = 'SchemaBuilderException'
}

/** A value that cannot be carried over to another version of its schema. */
export class SchemaProjectorError extends DataError {
  override readonly name = 'SchemaProjectorException'
}

/** Bytes that are not of the form they should be, or text in an encoding that is not known. */
export class SerializationError extends ConnectError {
  override readonly name = 'SerializationException'
}
