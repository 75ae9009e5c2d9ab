import type { TargetState } from '../runtime/connector-instance.ts'
import { badRequest } from './errors.ts'

const STATES: Readonly<Record<string, TargetState>> = { RUNNING: 'STARTED', PAUSED: 'PAUSED', STOPPED: 'STOPPED' }

/** @throws RestError 400 for anything but RUNNING, PAUSED and STOPPED, in any case */
export const initialState = (text: string | null | undefined): TargetState => {
  if (text === null || text === undefined) return 'STARTED'
  const state = text.toUpperCase()
  const target = Object.hasOwn(STATES, state) ? STATES[state] : undefined
  if (target !== undefined) return target
  throw badRequest(
    `No enum constant initial_state ${state}: accepted are ${Object.keys(STATES).join(', ')}, in any case`,
  )
}
