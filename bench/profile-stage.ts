/** A part of the record path that can be run by itself, again and again. */
export interface Stage {
  readonly name: string
  /** Bytes of one record as it passes here. */
  readonly bytes: number
  /** Name of the stage that does the least of this that any program must do. */
  readonly limit?: string
  /** Does the work once. @returns how many records that were */
  run(): number | Promise<number>
}

export interface Stages {
  readonly stages: readonly Stage[]
  close(): Promise<void>
}

/** Records of one pass: some milliseconds of work, so that many passes can be compared. */
export const RECORDS = 20_000
export const LINE_BYTES = 85
export const TOPIC = 'profile'

/** For stages that never fail. */
export const NO_TOLERANCE = {
  'errors.tolerance': 'none',
  'errors.retry.timeout': 0,
  'errors.retry.delay.max.ms': 60_000,
  'errors.log.enable': false,
  'errors.log.include.messages': false,
}
export const NO_LOG = { error() {}, warn() {}, info() {}, debug() {}, trace() {}, isEnabled: () => false }
