/** Remembers what was found for the last topic: records come in runs of one topic. */
export const perTopic = <T>(find: (topic: string) => T): ((topic: string) => T) => {
  let lastTopic: string | undefined
  let last: T
  return (topic) => {
    if (topic !== lastTopic) {
      last = find(topic)
      lastTopic = topic
    }
    return last
  }
}
