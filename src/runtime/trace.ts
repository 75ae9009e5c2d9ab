import { jvmClassOf } from '../plugin/errors.ts'
import { readable } from './readable-error.ts'

/** An error as the JVM writes it in a status: class, message, frames, then each cause. Scripts grep these lines. */
export const traceOf = (error: unknown): string => {
  const lines: string[] = []
  let current: unknown = readable(error)
  for (let depth = 0; current !== undefined && current !== null && depth < 20; depth++) {
    lines.push(`${depth === 0 ? '' : 'Caused by: '}${headline(current)}`)
    if (current instanceof Error) lines.push(...frames(current))
    current = current instanceof Error ? current.cause : undefined
  }
  return `${lines.join('\n')}\n`
}

const headline = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  return error.message === '' ? jvmClassOf(error) : `${jvmClassOf(error)}: ${error.message}`
}

const frames = (error: Error): string[] =>
  (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 12)
    .map((line) => `\t${line.trim()}`)
