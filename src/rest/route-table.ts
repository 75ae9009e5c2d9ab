import type { Route } from './route.ts'

/** Methods that some route of this path has; empty: there is no such path. */
export const allowedMethods = (routes: readonly Route[], path: string): readonly string[] => {
  const wanted = segmentsOf(path)
  const methods = routes.filter((route) => matches(segmentsOf(route.path), wanted)).map(({ method }) => method)
  return [...new Set(methods)]
}

/** The order of the JVM, whatever it may mean. */
const ALLOW_ORDER = ['HEAD', 'DELETE', 'POST', 'GET', 'OPTIONS', 'PUT', 'PATCH']

export const allowHeader = (methods: readonly string[]): readonly string[] =>
  ALLOW_ORDER.filter(
    (method) => method === 'OPTIONS' || methods.includes(method) || (method === 'HEAD' && methods.includes('GET')),
  )

const segmentsOf = (path: string): readonly string[] => path.replace(/\/$/, '').split('/').slice(1)

const matches = (pattern: readonly string[], path: readonly string[]): boolean =>
  pattern.length === path.length &&
  pattern.every((segment, i) => (segment.startsWith(':') ? path[i] !== '' : segment === path[i]))
