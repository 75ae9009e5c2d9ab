/** Offsets as REST shows and takes them: `[{"partition": {...}, "offset": {...}}, ...]`. */
import { asList, asObject, asValue, members } from './json-shape.ts'
import type { JsonNode } from './json-text.ts'

export interface JsonOffset {
  readonly partition: Readonly<Record<string, unknown>> | null
  /** Null: what is stored for the partition is removed. */
  readonly offset: Readonly<Record<string, unknown>> | null
}

/** @param name of the member that holds the list, for messages. @throws JsonShapeError */
export const offsetList = (node: JsonNode, name: string): readonly JsonOffset[] =>
  asList(node, `"${name}"`).map((item) => {
    const { partition, offset } = members(asObject(item, `An element of "${name}"`), ['partition', 'offset'])
    return { partition: fields(partition, '"partition"'), offset: fields(offset, '"offset"') }
  })

/** A list, or an object with the member `offsets`: what `GET /connectors/NAME/offsets` answers can be given back as it is. */
export const offsetListOrAnswer = (node: JsonNode, name: string): readonly JsonOffset[] => {
  if (node.kind !== 'object') return offsetList(node, name)
  const { offsets } = members(node, ['offsets'])
  return offsets === undefined ? [] : offsetList(offsets, 'offsets')
}

const fields = (node: JsonNode | undefined, what: string): JsonOffset['partition'] =>
  node === undefined || node.kind === 'null' ? null : (asValue(asObject(node, what)) as Record<string, unknown>)
