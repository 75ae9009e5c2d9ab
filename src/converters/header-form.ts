import type { Converter, HeaderConverter } from '../plugin/converter.ts'

/** A converter for keys and values put to use for headers: a header's key does not matter to it. */
export const asHeaderConverter = (converter: Converter): HeaderConverter => ({
  fromConnectHeader: (topic, _key, schema, value) => converter.fromConnect(topic, schema, value),
  toConnectHeader: (topic, _key, bytes) => converter.toConnect(topic, bytes),
})
