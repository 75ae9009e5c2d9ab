import type { Labels, MetricsText, MetricType } from './metrics-text.ts'

/** An attribute of one of the JVM's groups. */
export type Attribute<T> = readonly [name: string, help: string, value: (from: T) => number]

/** An attribute under the name it is told by. */
export interface NamedAttribute<T> {
  readonly metric: string
  readonly type: MetricType
  readonly help: string
  readonly value: (from: T) => number
}

/** As the widespread rules of the JMX exporter name it: the group without `-metrics`, then the attribute. */
export const jmxName = (domain: string, group: string, attribute: string): string =>
  [domain, group, attribute]
    .filter((part) => part !== '')
    .join('_')
    .replaceAll('-', '_')

export const named = <T>(domain: string, group: string, attributes: readonly Attribute<T>[]): NamedAttribute<T>[] =>
  attributes.map(([name, help, value]) => ({
    metric: jmxName(domain, group, name),
    type: name.endsWith('-total') ? 'counter' : 'gauge',
    help,
    value,
  }))

export const addAttributes = <T>(
  text: MetricsText,
  attributes: readonly NamedAttribute<T>[],
  labels: Labels,
  from: T,
): void => {
  for (const { metric, type, help, value } of attributes) text.add(metric, type, help, labels, value(from))
}

/** An attribute that is a text: a sample of 1 whose last label is the text. */
export const addText = (
  text: MetricsText,
  group: string,
  attribute: string,
  help: string,
  labels: Labels,
  value: string,
): void => {
  const label = attribute.replaceAll('-', '_')
  text.add(jmxName('kafka_connect', group, attribute), 'gauge', help, { ...labels, [label]: value }, 1)
}
