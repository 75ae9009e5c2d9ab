import { jvmClassOf } from '../plugin/errors.ts'
import type { WireHeader } from './deliver-parts.ts'
import type { Failure } from './tolerance.ts'
import { traceOf } from './trace.ts'

export const errorHeader = (name: string, value: string | null): WireHeader => ({
  key: `__connect.errors.${name}`,
  value,
})

/** Of a dead letter: whose it is and what went wrong, in the JVM's order. */
export const failureHeaders = (
  { stage, className, error }: Omit<Failure<unknown>, 'raw'>,
  { connector, task }: { readonly connector: string; readonly task: number },
): WireHeader[] => [
  errorHeader('connector.name', connector),
  errorHeader('task.id', String(task)),
  errorHeader('stage', stage),
  errorHeader('class.name', className),
  errorHeader('exception.class.name', jvmClassOf(error)),
  errorHeader('exception.message', error.message === '' ? null : error.message),
  errorHeader('exception.stacktrace', traceOf(error)),
]
