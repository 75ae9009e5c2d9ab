/** Reads Prometheus's text format, version 0.0.4, strictly: what a server would refuse throws. */

export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export interface PrometheusText {
  readonly samples: readonly Sample[]
  readonly types: ReadonlyMap<string, string>
  /** Value of the one sample of this name that has all these labels. @throws when there is none, or more than one */
  value(name: string, labels?: Readonly<Record<string, string>>): number
  find(name: string, labels?: Readonly<Record<string, string>>): readonly Sample[]
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/
const LINE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/

export const parsePrometheus = (text: string): PrometheusText => {
  if (!text.endsWith('\n')) throw new Error('The text must end with a line feed')
  const samples: Sample[] = []
  const types = new Map<string, string>()
  const helped = new Set<string>()
  const ended = new Set<string>()
  let family = ''
  for (const line of text.slice(0, -1).split('\n')) {
    if (line.startsWith('# HELP ')) {
      const name = line.split(' ')[2] ?? ''
      if (!NAME.test(name) || helped.has(name)) throw new Error(`Help of ${name} comes again: ${line}`)
      helped.add(name)
      ended.add(family)
      family = name
      continue
    }
    if (line.startsWith('# TYPE ')) {
      const [, , name = '', type = ''] = line.split(' ')
      if (name !== family || !['counter', 'gauge', 'histogram'].includes(type)) throw new Error(`Wrong type: ${line}`)
      types.set(name, type)
      continue
    }
    const match = LINE.exec(line)
    if (match === null) throw new Error(`No sample: ${line}`)
    const [, name = '', labels = '', value = ''] = match
    const belongs = types.get(family) === 'histogram' ? name.replace(/_(bucket|sum|count)$/, '') : name
    if (belongs !== family || ended.has(belongs)) throw new Error(`${name} stands outside of its family: ${line}`)
    samples.push({ name, labels: parseLabels(labels, line), value: parseNumber(value, line) })
  }
  const seen = new Set(samples.map(({ name, labels }) => `${name} ${JSON.stringify(Object.entries(labels).sort())}`))
  if (seen.size !== samples.length) throw new Error('A sample stands there twice')

  const find = (name: string, labels: Readonly<Record<string, string>> = {}) =>
    samples.filter(
      (sample) =>
        sample.name === name && Object.entries(labels).every(([label, wanted]) => sample.labels[label] === wanted),
    )
  return {
    samples,
    types,
    find,
    value(name, labels) {
      const found = find(name, labels)
      if (found.length !== 1) throw new Error(`${found.length} samples of ${name} ${JSON.stringify(labels ?? {})}`)
      return found[0]!.value
    },
  }
}

const parseLabels = (text: string, line: string): Record<string, string> => {
  const labels: Record<string, string> = {}
  let rest = text
  while (rest !== '') {
    const match = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/.exec(rest)
    if (match === null) throw new Error(`Wrong labels: ${line}`)
    const [whole, name = '', value = ''] = match
    if (Object.hasOwn(labels, name)) throw new Error(`Label ${name} comes again: ${line}`)
    labels[name] = value.replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped))
    rest = rest.slice(whole.length)
  }
  return labels
}

const parseNumber = (text: string, line: string): number => {
  if (text === 'NaN') return Number.NaN
  if (text === '+Inf') return Number.POSITIVE_INFINITY
  const value = Number(text)
  if (text === '' || !Number.isFinite(value)) throw new Error(`No number: ${line}`)
  return value
}
