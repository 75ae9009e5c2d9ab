import { httpError } from './errors.ts'

/** @throws RestError 415 for a body of another type, 406 when the client takes no JSON */
export const checkMediaTypes = (contentType: string | undefined, accept: string | undefined): void => {
  if (contentType !== undefined && !accepts(contentType)) throw httpError(415)
  if (accept !== undefined && accept.trim() !== '' && !accept.split(',').some(accepts)) throw httpError(406)
}

const JSON_TYPES = new Set(['application/json', 'application/*', '*/*', '*'])

const accepts = (text: string): boolean => {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  return JSON_TYPES.has(type) && !parameters.some((parameter) => /^q\s*=\s*0(?:\.0*)?$/.test(parameter))
}
