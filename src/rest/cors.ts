import type { IncomingMessage, ServerResponse } from 'node:http'
import { compileJavaRegex } from '../data/java-regex.ts'

/** Adds the headers by which browsers let pages of other origins call. */
export type Cors = (request: IncomingMessage, response: ServerResponse) => void

const DEFAULT_METHODS = ['GET', 'POST', 'HEAD']

/**
 * @param allowedOrigins `access.control.allow.origin`: origins separated by commas, `*` in them for anything, or regular
 * expressions as Java has them
 * @returns undefined when it is blank: no headers at all
 * @throws Error for a pattern that is no regular expression
 */
export const createCors = (allowedOrigins: string, allowedMethods: string): Cors | undefined => {
  const origins = listOf(allowedOrigins).map(originMatcher)
  if (origins.length === 0) return undefined
  const named = listOf(allowedMethods)
  const methods = named.length === 0 ? DEFAULT_METHODS : named
  return (request, response) => {
    response.setHeader('Vary', 'Origin')
    const { origin } = request.headers
    if (origin === undefined || !origins.some((matches) => matches(origin))) return
    response.setHeader('Access-Control-Allow-Origin', origin)
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return
    response.setHeader('Access-Control-Allow-Methods', methods.join(','))
    response.setHeader('Access-Control-Allow-Headers', 'Content-Type')
    response.setHeader('Access-Control-Max-Age', '60')
  }
}

const listOf = (text: string): readonly string[] =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')

/** Signs that no origin has, so that whoever writes them means a regular expression. */
const REGEX_SIGNS = /[\\()[\]{}|+?^$]|\.\*/

const originMatcher = (pattern: string): ((origin: string) => boolean) => {
  if (REGEX_SIGNS.test(pattern)) {
    const regex = compileJavaRegex(pattern)
    return (origin) => regex.matches(origin)
  }
  const parts = pattern.toLowerCase().split('*').map(escaped)
  const regex = new RegExp(`^${parts.join('.*')}$`)
  return (origin) => regex.test(origin.toLowerCase())
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
