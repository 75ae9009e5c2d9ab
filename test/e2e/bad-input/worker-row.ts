import { type BadInput, workerFile } from './bad-input.ts'

/** Less patience with brokers than the 60 s that there is by default. */
const QUICK = { 'default.api.timeout.ms': '3000', 'request.timeout.ms': '2000' }

/** A worker with these settings, whose broker is not there. */
export const worker = (
  name: string,
  settings: Readonly<Record<string, string | null>>,
  says: BadInput['says'] = [],
): BadInput => ({
  name,
  files: { 'worker.properties': workerFile({ 'bootstrap.servers': 'localhost:9', ...QUICK, ...settings }) },
  exit: 2,
  says,
})
