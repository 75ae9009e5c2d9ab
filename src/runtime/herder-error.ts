export interface HerderProblem {
  readonly key: string
  readonly message: string
}

/** A request to the herder that cannot be done; REST answers with the status. */
export class HerderError extends Error {
  override readonly name = 'HerderError'
  readonly status: 400 | 404 | 409 | 500
  /** What is wrong with single settings, when that is why. */
  readonly problems: readonly HerderProblem[]
  constructor(
    status: HerderError['status'],
    message: string,
    options: ErrorOptions & { readonly problems?: readonly HerderProblem[] } = {},
  ) {
    super(message, options)
    this.status = status
    this.problems = options.problems ?? []
  }
}

export const connectorNotFound = (name: string): HerderError => new HerderError(404, `Connector ${name} not found`)

export const mustBeStopped = (name: string): HerderError =>
  new HerderError(
    400,
    `Connectors must be in the STOPPED state before their offsets can be modified. This can be done for the specified connector by issuing a 'PUT' request to the '/connectors/${name}/stop' endpoint`,
  )
