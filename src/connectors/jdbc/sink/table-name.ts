import type { SinkSettings } from './sink-settings.ts'

/** Names of tables that depend on the topic alone: not made anew for each record of a topic. */
export const nameByTopic = (nameOf: (topic: string) => string): SinkSettings['tableName'] => {
  let last: { readonly topic: string; readonly name: string } | undefined
  return ({ topic }) => {
    if (last?.topic !== topic) last = { topic, name: nameOf(topic) }
    return last.name
  }
}
