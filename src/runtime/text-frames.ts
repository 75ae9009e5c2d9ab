import { randomBytes } from 'node:crypto'
import type { Converter } from '../plugin/converter.ts'
import type { TextBlock } from '../plugin/text-block.ts'
import type { TextFrame } from '../protocol/texts.ts'
import type { Chain, FramedTexts, TextFrames, WireValue } from './deliver-parts.ts'

export interface TextFrameParts {
  readonly chain: Chain | null
  readonly key: Converter
  readonly value: Converter
}

/** Stands for a text; every converter writes it as it is. Nobody can have put it into a config. */
const STAND_IN = `text-${randomBytes(16).toString('hex')}`

/**
 * What transforms and converters make of a text they do not look at, they make of all: so one record of a block goes through
 * them, with a stand-in for its text, and shows what is around the others' texts.
 *
 * @returns undefined when transforms look at texts, or the converter does not tell how it writes them
 */
export const createTextFrames = ({ chain, key, value }: TextFrameParts): TextFrames | undefined => {
  const writer = value.texts
  if (writer === undefined || (chain !== null && chain.passesTexts !== true)) return undefined

  const tryOne = (block: TextBlock): FramedTexts | undefined => {
    const record = block.record(0, STAND_IN)
    const like = chain === null ? record : chain.apply(record)
    // Others than these are seldom, and go the usual way.
    if (like === null || like.headers.length > 0 || like.partition !== null || (like.timestamp ?? 0) < 0)
      return undefined
    const { topic } = like
    if (key.fromConnect(topic, like.keySchema, like.key) !== null) return undefined
    const around = partsAround(value.fromConnect(topic, like.valueSchema, like.value))
    return around === undefined ? undefined : { like, frame: { ...around, writer } }
  }

  return (block) => {
    try {
      return tryOne(block)
    } catch {
      return undefined // the record itself tells what is wrong
    }
  }
}

const partsAround = (written: WireValue): Pick<TextFrame, 'before' | 'after'> | undefined => {
  if (written === null) return undefined
  const bytes = Buffer.from(written as string)
  const at = bytes.indexOf(STAND_IN)
  if (at < 0) return undefined
  const before = bytes.subarray(0, at)
  const after = bytes.subarray(at + STAND_IN.length)
  return after.includes(STAND_IN) ? undefined : { before, after }
}
