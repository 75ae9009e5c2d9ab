import type { Validator } from '../config/define.ts'
import { compileJavaRegex } from '../data/java-regex.ts'

/** A pattern as java.util.regex reads it. Null passes. */
export const javaRegexValidator: Validator<string | null> = (_key, value) => {
  if (value === null) return null
  try {
    compileJavaRegex(value)
    return null
  } catch (error) {
    return `Invalid regex: ${error instanceof Error ? error.message : error}`
  }
}
