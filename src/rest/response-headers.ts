import type { ServerResponse } from 'node:http'
import { parseResponseHeaders } from '../config/response-headers.ts'

/** Puts the headers of `response.http.headers.config` on an answer. @throws Error for a date that is no number */
export const createResponseHeaders = (text: string): ((response: ServerResponse) => void) => {
  const headers = parseResponseHeaders(text).map(({ action, name, value }) => ({
    adds: action === 'add' || action === 'addDate',
    name,
    value: action === 'setDate' || action === 'addDate' ? dateText(name, value) : value,
  }))
  return (response) => {
    for (const { adds, name, value } of headers) {
      if (adds) response.appendHeader(name, value)
      else response.setHeader(name, value)
    }
  }
}

const dateText = (name: string, value: string): string => {
  const date = new Date(Number(value))
  if (value === '' || Number.isNaN(date.getTime())) {
    throw new Error(
      `response.http.headers.config: the date of ${name} must be milliseconds since the epoch, and is ${value}`,
    )
  }
  return date.toUTCString()
}
