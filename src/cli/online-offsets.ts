import { asObject, members } from '../config/json-shape.ts'
import { parseJsonText } from '../config/json-text.ts'
import type { JsonOffset } from '../config/offsets-json.ts'
import { offsetList } from '../config/offsets-json.ts'
import { jsonText } from '../rest/json-text.ts'
import { EXIT, ExitError } from './exit-codes.ts'
import type { OffsetPlace } from './offline-offsets.ts'
import type { RunningWorker, WorkerAnswer } from './running-worker.ts'

/** The offsets of a connector of a running worker, with all of its checks. */
export const onlineOffsets = (running: RunningWorker, name: string): OffsetPlace => {
  const path = `/connectors/${encodeURIComponent(name)}/offsets`
  const message = (answer: WorkerAnswer): string => (JSON.parse(accepted(answer).text) as { message: string }).message
  return {
    async offsets() {
      const { text } = accepted(await running.ask('GET', path))
      const { offsets } = members(asObject(parseJsonText(text).value, 'The answer'), ['offsets'])
      return offsets === undefined ? [] : offsetList(offsets, 'offsets')
    },
    set: async (offsets: readonly JsonOffset[]) => message(await running.ask('PATCH', path, jsonText({ offsets }))),
    reset: async () => message(await running.ask('DELETE', path)),
  }
}

const accepted = (answer: WorkerAnswer): WorkerAnswer => {
  if (answer.status < 300) return answer
  let text = `status ${answer.status}`
  try {
    text = (JSON.parse(answer.text) as { message?: string }).message ?? text
  } catch {
    // Not the worker's own answer: its status has to do.
  }
  throw new ExitError(EXIT.connector, text)
}
