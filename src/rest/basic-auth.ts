/** Basic authentication as the JVM worker's extension does it: users and passwords in a file that a JAAS file names. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { ConfigFileError } from '../config/config-file-error.ts'
import { readPropertyFile } from '../config/property-file.ts'
import { readJaasSection } from './jaas-section.ts'

export const BASIC_AUTH_EXTENSION = 'org.apache.kafka.connect.rest.basic.auth.extension.BasicAuthSecurityRestExtension'

const LOGIN_MODULE = 'org.apache.kafka.connect.rest.basic.auth.extension.PropertyFileLoginModule'
const SECTION = 'KafkaConnect'

/** Whether this `Authorization` header lets its sender in. */
export type Authorisation = (header: string | undefined) => boolean

/**
 * Which requests `rest.extension.classes` lets in. The file with the users is read anew when somebody logs in, so users can
 * be changed while the worker runs.
 *
 * @param jaasFile what the JVM is given as `-Djava.security.auth.login.config`
 * @returns undefined without extensions: everybody
 * @throws ConfigFileError for extensions other than basic authentication, and for files that cannot be used
 */
export const createAuthorisation = (
  extensions: readonly string[],
  jaasFile: string | undefined,
): Authorisation | undefined => {
  const unknown = extensions.filter((name) => name.trim() !== BASIC_AUTH_EXTENSION)
  if (unknown.length > 0) {
    throw new Error(
      `rest.extension.classes: ${unknown.join(', ')} cannot be loaded here, it is a Java class. Accepted: ${BASIC_AUTH_EXTENSION}`,
    )
  }
  if (extensions.length === 0) return undefined
  const file = userFile(jaasFile)
  usersIn(file)
  return (header) => {
    const given = credentials(header)
    return given !== undefined && knows(file, given)
  }
}

const userFile = (jaasFile: string | undefined): string => {
  const setting = `rest.extension.classes=${BASIC_AUTH_EXTENSION}`
  if (jaasFile === undefined) {
    throw new Error(
      `${setting} needs a JAAS file: KAFKA_OPTS="-Djava.security.auth.login.config=FILE", with a section ${SECTION}`,
    )
  }
  const problem = (reason: string) => new Error(`${setting}: JAAS file ${jaasFile}: ${reason}`)
  let file: string | undefined
  try {
    const modules = readJaasSection(readFileSync(jaasFile, 'utf8'), SECTION)
    const [only] = modules
    if (modules.length !== 1 || only?.className !== LOGIN_MODULE) {
      throw new Error(`section ${SECTION} must have one login module, ${LOGIN_MODULE}`)
    }
    file = only.options.get('file')
  } catch (error) {
    throw problem(error instanceof Error ? error.message : String(error))
  }
  if (file === undefined || file === '') throw problem(`option file of ${LOGIN_MODULE} is missing`)
  return file
}

const usersIn = (file: string): Readonly<Record<string, string | null>> => readPropertyFile(file).values

/** A file that became unreadable lets nobody in. (To the JVM an empty file means everybody.) */
const knows = (file: string, [user, password]: readonly [string, string]): boolean => {
  let users: Readonly<Record<string, string | null>>
  try {
    users = usersIn(file)
  } catch (error) {
    if (error instanceof ConfigFileError) return false
    throw error
  }
  const expected = Object.hasOwn(users, user) ? users[user] : undefined
  const same = timingSafeEqual(digest(expected ?? ''), digest(password))
  return typeof expected === 'string' && same
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

const credentials = (header: string | undefined): readonly [string, string] | undefined => {
  const [, encoded] = /^basic +([a-z0-9+/=_-]+) *$/i.exec(header ?? '') ?? []
  const text = Buffer.from(encoded ?? '', 'base64').toString()
  const colon = text.indexOf(':')
  return colon < 0 ? undefined : [text.slice(0, colon), text.slice(colon + 1)]
}
