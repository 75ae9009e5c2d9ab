import { InvalidArgumentError } from 'commander'
import { byteSizeText, parseByteSize } from './byte-size.ts'

/** Bytes. */
export const DEFAULT_MEMORY = 256 * 2 ** 20

/** A few segments; the oldest of them is dropped when there is no room. */
const LEAST_MEMORY = 16 * 2 ** 20

/** The value of `--memory` and `--dev-memory`; nothing stands for the default. @throws InvalidArgumentError */
export const memorySize = (text: string): number => {
  const bytes = text === '' ? DEFAULT_MEMORY : parseByteSize(text)
  if (bytes === undefined) throw new InvalidArgumentError('A size such as 256m, 1g or a number of bytes is accepted')
  if (bytes < LEAST_MEMORY) throw new InvalidArgumentError(`${byteSizeText(LEAST_MEMORY)} is the least`)
  return bytes
}
