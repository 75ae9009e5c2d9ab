import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { kafkaClassPath } from '../helpers/kafka-libs.ts'
import { runProgram, within } from '../helpers/processes.ts'
import { type BatchContent, imageOf } from '../protocol/batch-image.ts'

const SOURCE = fileURLToPath(new URL('java-batches/Batches.java', import.meta.url))
const ANSWER_MS = 60_000

export type BatchAnswer = { readonly bytes: Buffer } | { readonly error: string }

/** One process that reads and writes record batches with Apache Kafka's own classes. Requests may overtake answers. */
export interface JvmBatches {
  /** The image of a batch, or why the Java client refuses it. */
  read(batch: Buffer): Promise<BatchAnswer>
  /** A batch that says this. */
  write(content: BatchContent, ends: 'abort' | 'commit'): Promise<BatchAnswer>
  close(): Promise<void>
}

export const startJvmBatches = async (): Promise<JvmBatches> => {
  const folder = mkdtempSync(join(tmpdir(), 'jvm-batches-'))
  const libs = await kafkaClassPath()
  const compiled = await runProgram('javac', ['-proc:none', '-nowarn', '-d', folder, '-cp', libs, SOURCE])
  if (compiled.code !== 0) throw new Error(`javac: ${compiled.stderr}`)
  const args = ['-Xmx512m', '-XX:+UseSerialGC', '-Dlog4j2.level=OFF', '-cp', `${folder}:${libs}`, 'Batches']
  const child = spawn('java', args, { stdio: ['pipe', 'pipe', 'ignore'] })
  const killAtExit = (): void => void child.kill('SIGKILL')
  process.once('exit', killAtExit)
  const waiting: { resolve(answer: BatchAnswer): void; reject(error: Error): void }[] = []
  let ended: Error | undefined
  const end = (error: Error): void => {
    ended = error
    for (const { reject } of waiting.splice(0)) reject(error)
  }
  child.once('error', end)
  child.once('exit', (code, signal) => end(new Error(`the JVM ended with ${signal ?? code}`)))
  child.stdin.on('error', () => undefined)
  let received: Buffer = Buffer.alloc(0)
  child.stdout.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
    let at = 0
    while (received.length - at >= 4 && received.length - at - 4 >= received.readInt32BE(at)) {
      const frame = received.subarray(at + 4, at + 4 + received.readInt32BE(at))
      at += 4 + frame.length
      const bytes = frame.subarray(1)
      waiting.shift()?.resolve(frame[0] === 0 ? { bytes } : { error: bytes.toString() })
    }
    received = received.subarray(at)
  })
  const ask = (kind: string, bytes: Buffer): Promise<BatchAnswer> => {
    const answer = new Promise<BatchAnswer>((resolve, reject) => {
      if (ended !== undefined) return reject(ended)
      waiting.push({ resolve, reject })
      const head = Buffer.alloc(5)
      head.writeInt32BE(bytes.length + 1)
      head.write(kind, 4)
      child.stdin.write(head)
      child.stdin.write(bytes)
    })
    return within(answer, ANSWER_MS, 'the JVM to answer')
  }
  return {
    read: (batch) => ask('r', batch),
    write: (content, ends) => ask(content.control ? ends.charAt(0) : 'w', imageOf(content)),
    close: async () => {
      process.removeListener('exit', killAtExit)
      const gone = child.exitCode !== null ? undefined : new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGKILL')
      await gone
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
