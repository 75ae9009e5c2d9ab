import { ConnectError } from '../../../plugin/errors.ts'

/** Tables whose names differ by their schema alone would share a topic. */
export class DuplicateTablesError extends ConnectError {
  constructor(groups: readonly (readonly string[])[], setting: string) {
    super(
      'The connector uses the unqualified table name as the topic name and has detected duplicate unqualified table names. ' +
        'This could lead to mixed data types in the topic and downstream processing errors. To prevent such processing ' +
        'errors, the JDBC Source connector fails to start when it detects duplicate table name configurations. Update the ' +
        `connector's '${setting}' config to include exactly one table in each of the tables listed below.\n\t` +
        `[${groups.map((group) => `[${group.join(', ')}]`).join(', ')}]`,
    )
  }
}
