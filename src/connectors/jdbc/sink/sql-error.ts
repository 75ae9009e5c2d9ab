/** Stands for java.sql.SQLException, which JVM connectors wrap the driver's errors in. */
export class SqlError extends Error {
  override readonly name = 'java.sql.SQLException'
}
