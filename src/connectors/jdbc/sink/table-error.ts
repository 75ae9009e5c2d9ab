import { ConnectError } from '../../../plugin/errors.ts'
import type { TableId } from '../table-id.ts'
import type { SinkVendor } from './sink-settings.ts'
import { SqlError } from './sql-error.ts'

/** A table that is not as the records need it, and that may not or cannot be changed. Not worth a retry. */
export class TableError extends ConnectError {
  override readonly name: string
  constructor(name: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = name
  }
}

/** The error as the vendor's connector would say it. */
export const tableError = (vendor: SinkVendor, table: TableId, message: string, cause?: unknown): TableError => {
  if (vendor !== 'debezium') {
    const name =
      vendor === 'confluent' ? 'io.confluent.connect.jdbc.sink.TableAlterOrCreateException' : 'ConnectException'
    return new TableError(name, message, cause === undefined ? undefined : { cause })
  }
  const id = `CollectionId{realm='${table.catalog}', namespace='${table.schema}', name='${table.table}'}`
  return new TableError('ConnectException', `Error while checking and applying table changes for collection '${id}'`, {
    cause: new SqlError(message),
  })
}
