/** Whether and how what has failed is restarted: settings of the worker, each of which a connector may override. */
import { type ConfigDef, type ConfigKey, type ConfigOf, defineConfig, type RawConfig } from './define.ts'
import { parseOrThrow } from './parse.ts'
import { atLeast, nullOr, oneOf } from './validators.ts'

const GROUP = 'Only in connect-standalone'

export const restartConfig = defineConfig({
  'errors.restart.policy': {
    type: 'string',
    default: 'never',
    validator: oneOf('never', 'on-failure'),
    importance: 'medium',
    doc: 'What becomes of a connector or task that has failed: `never` leaves it FAILED until somebody restarts it; `on-failure` restarts it after a pause, unless its error is a mistake that a restart cannot mend (a wrong setting, data that cannot be converted).',
    group: GROUP,
  },
  'errors.restart.delay.initial.ms': {
    type: 'long',
    default: 1000,
    validator: atLeast(1),
    importance: 'low',
    doc: 'Pause, in milliseconds, before the first restart; shuffled by up to a fifth, as all of them.',
    group: GROUP,
  },
  'errors.restart.delay.max.ms': {
    type: 'long',
    default: 60_000,
    validator: atLeast(1),
    importance: 'low',
    doc: 'Longest such pause. What ran for at least so long before it failed again begins anew with the shortest.',
    group: GROUP,
  },
  'errors.restart.delay.multiplier': {
    type: 'double',
    default: 2,
    validator: atLeast(1),
    importance: 'low',
    doc: 'By how much each pause is longer than the one before.',
    group: GROUP,
  },
  'errors.restart.max': {
    type: 'int',
    default: -1,
    validator: atLeast(-1),
    importance: 'medium',
    doc: 'Most restarts of one connector or task within `errors.restart.window.ms`; after that it stays FAILED. -1: any number.',
    group: GROUP,
  },
  'errors.restart.window.ms': {
    type: 'long',
    default: 600_000,
    validator: atLeast(1),
    importance: 'low',
    doc: 'Milliseconds within which restarts are counted for `errors.restart.max`.',
    group: GROUP,
  },
})

export type RestartSettings = ConfigOf<typeof restartConfig>

/** The same settings for connectors, where none of them has a value of its own. */
export const connectorRestartConfig: ConfigDef = Object.fromEntries(
  Object.entries<ConfigKey>(restartConfig).map(([key, setting]) => [
    key,
    {
      ...setting,
      default: null,
      ...(setting.validator === undefined ? {} : { validator: nullOr(setting.validator) }),
      doc: `${setting.doc} Not set: as the worker's setting of this name says.`,
    },
  ]),
)

/** @param connector its resolved config; what it does not set, the worker's settings say. @throws ConfigParseError */
export const restartSettings = (connector: RawConfig, worker: RestartSettings): RestartSettings => {
  const own = Object.keys(restartConfig).filter((key) => (connector[key] ?? null) !== null)
  const parsed = parseOrThrow(restartConfig, Object.fromEntries(own.map((key) => [key, connector[key] ?? null])))
  const of = (settings: RestartSettings) => Object.entries(settings)
  return Object.fromEntries([
    ...of(pick(worker)),
    ...of(parsed).filter(([key]) => own.includes(key)),
  ]) as RestartSettings
}

const pick = (worker: RestartSettings): RestartSettings =>
  Object.fromEntries(
    Object.keys(restartConfig).map((key) => [key, worker[key as keyof RestartSettings]]),
  ) as RestartSettings
