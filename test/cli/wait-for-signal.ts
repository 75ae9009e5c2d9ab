/** Waits for a signal with nothing else to do, as a worker without connectors, and then `stuck` for a second one. */
import { firstSignal } from '../../src/cli/stop-signals.ts'

const signal = firstSignal(() => console.log('second'))
console.log('waiting')
const code = await signal
console.log(`first: ${code}`)
if (process.argv[2] === 'orderly') process.exit(code)
