/** The watchdog's thread: looks once a second whether the event loop of the program has turned, and says who holds it. */
import { writeSync } from 'node:fs'
import { Session } from 'node:inspector'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import { WATCHED_CALLS } from '../runtime/loop-watch.ts'
import { BEATS, HOLDER, type WatchdogData, type WatchdogEntry } from './watchdog.ts'

const { board, blockedMs, intervalMs, format } = workerData as WatchdogData
/** A busy machine takes its time to tell where the program is. */
const STACK_MS = 2000
/** A machine that stood still, and with it this thread, lets the event loop turn within so long. */
const MOMENT_MS = 500
const MOST_NAMES = 5

const tasks = new Map<number, { readonly task: string; readonly location: string }>()
parentPort?.on('message', ({ slot, task, location }: WatchdogEntry) => {
  if (task === null) tasks.delete(slot)
  else tasks.set(slot, { task, location })
})

let seen = Atomics.load(board, BEATS)
let turnedAt = performance.now()
let lookedAt = turnedAt
let told: string | undefined
let isAsking = false

const look = async (): Promise<void> => {
  const now = performance.now()
  // The whole machine slept, or this thread did not get a processor either.
  const slept = now - lookedAt > 3 * intervalMs + 1000
  lookedAt = now
  const beats = Atomics.load(board, BEATS)
  if (beats !== seen || slept) {
    if (told !== undefined && beats !== seen) {
      write(`The event loop turns again, after ${seconds(now - turnedAt)}: ${told}`)
      told = undefined
    }
    seen = beats
    turnedAt = now
    return
  }
  if (told !== undefined || isAsking || now - turnedAt < blockedMs) return
  isAsking = true
  await delay(MOMENT_MS)
  isAsking = false
  if (Atomics.load(board, BEATS) !== beats || performance.now() - turnedAt < blockedMs) return
  const holder = Atomics.load(board, HOLDER)
  told = 'it was held up'
  const frame = await frameOfMain()
  const who = holderOf(holder, frame)
  told = `it was held up by ${who}`
  write(
    `The event loop has not turned for ${seconds(performance.now() - turnedAt)}: it is held up by ${who}. ` +
      'Nothing else of this worker runs meanwhile; task.isolation=thread would keep it apart',
  )
}

interface Frame {
  readonly name: string
  readonly file: string
  readonly line: number
}

const holderOf = (holder: number, frame: Frame | undefined): string => {
  const at = frame === undefined ? '' : `, at ${frame.name || 'a function'} (${frame.file}:${frame.line})`
  const entry = tasks.get(Math.floor(holder / 16))
  if (entry !== undefined) return `task ${entry.task} in its ${WATCHED_CALLS[holder % 16]}${at}`
  const ofPlugin = [...tasks.values()].filter(({ location }) => frame?.file.startsWith(location))
  if (ofPlugin.length === 0) return `what cannot be told to be a task${at}`
  const names = ofPlugin.slice(0, MOST_NAMES).map(({ task }) => task)
  const more = ofPlugin.length > MOST_NAMES ? ` and ${ofPlugin.length - MOST_NAMES} more` : ''
  return `${ofPlugin.length === 1 ? 'task' : 'one of the tasks'} ${names.join(', ')}${more}, after a wait${at}`
}

/** Where the program is: the first frame that is of a plug-in, else the innermost. Undefined when it is in native code. */
const frameOfMain = (): Promise<Frame | undefined> =>
  new Promise((resolve) => {
    const session = new Session()
    const scripts = new Map<string, string>()
    const end = (frame: Frame | undefined): void => {
      clearTimeout(timer)
      resolve(frame)
      try {
        session.post('Debugger.disable')
        session.disconnect()
      } catch {
        // It is over already.
      }
    }
    const timer = setTimeout(() => end(undefined), STACK_MS)
    session.on('Debugger.scriptParsed', ({ params }) => scripts.set(params.scriptId, params.url))
    session.on('Debugger.paused', ({ params }) => {
      session.post('Debugger.resume')
      const frames = params.callFrames.map(({ functionName, location }) => ({
        name: functionName,
        file: pathOf(scripts.get(location.scriptId) ?? ''),
        line: location.lineNumber + 1,
      }))
      const ofPlugin = frames.find(({ file }) => [...tasks.values()].some(({ location }) => file.startsWith(location)))
      end(ofPlugin ?? frames[0])
    })
    try {
      session.connectToMainThread()
      session.post('Debugger.enable')
      session.post('Debugger.pause')
    } catch {
      end(undefined)
    }
  })

const pathOf = (url: string): string => (url.startsWith('file:') ? fileURLToPath(url) : url)

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

/** As logging.ts writes lines; written from here, as the program cannot. */
const write = (message: string): void => {
  const time = new Date().toISOString()
  const line =
    format === 'json' ? JSON.stringify({ time, level: 'WARN', context: 'worker', message }) : `${time} WARN  ${message}`
  try {
    writeSync(2, `${line}\n`)
  } catch {
    // Nobody reads it.
  }
}

setInterval(() => void look(), intervalMs)
