/** An error that the JVM throws as a class of its own library; traces and dead letter headers show that class. */
export const javaError = (jvmClass: string, message: string, cause?: unknown): Error => {
  const error = cause === undefined ? new Error(message) : new Error(message, { cause })
  error.name = jvmClass
  return error
}
