/** As the JVM worker's, so that scripts need no change; `failed` is ours. */
export const EXIT = {
  ok: 0,
  /** The command line makes no sense. */
  usage: 1,
  /** The worker's file, the brokers, or a port. */
  worker: 2,
  /** A connector file that cannot be read, validated or started. */
  connector: 3,
  /** With `--exit-on-failure`: a connector or task has failed for good, and the worker stopped in order. */
  failed: 4,
  /** Stopped in order by SIGINT (128 + 2) or SIGTERM (128 + 15). */
  interrupted: 130,
  terminated: 143,
} as const

/** Ends the program: with a message for the user, no stack trace, and one of {@link EXIT}'s codes. */
export class ExitError extends Error {
  override readonly name = 'ExitError'
  readonly exitCode: number
  constructor(exitCode: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.exitCode = exitCode
  }
}
