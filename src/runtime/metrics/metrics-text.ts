import { type Histogram, SECONDS_BOUNDS } from './histogram.ts'

export type MetricType = 'counter' | 'gauge'
export type Labels = Readonly<Record<string, string | number>>

/** Collects samples and writes them in Prometheus's text format, version 0.0.4: each family once, with its help and type. */
export class MetricsText {
  readonly #families = new Map<string, string[]>()
  readonly #mask: (text: string) => string
  /** Of the labels told last: many attributes in a row have the same ones. */
  #labelled: Labels = {}
  #pairs = ''

  /** @param mask label values pass through it; numbers do not, as a secret of digits would tear them up */
  constructor(mask: (text: string) => string = (text) => text) {
    this.#mask = mask
  }

  add(name: string, type: MetricType, help: string, labels: Labels, value: number): void {
    const pairs = this.#pairsOf(labels)
    const where = pairs === '' ? '' : `{${pairs}}`
    this.#family(name, type, help).push(`${name}${where} ${numberText(value)}\n`)
  }

  histogram(name: string, help: string, labels: Labels, { counts, sumSeconds }: Histogram): void {
    const lines = this.#family(name, 'histogram', help)
    const pairs = this.#pairsOf(labels)
    let sum = 0
    for (const [i, count] of counts.entries()) {
      sum += count
      const bound = numberText(SECONDS_BOUNDS[i] ?? Number.POSITIVE_INFINITY)
      lines.push(`${name}_bucket{${pairs},le="${bound}"} ${sum}\n`)
    }
    lines.push(`${name}_sum{${pairs}} ${numberText(sumSeconds)}\n${name}_count{${pairs}} ${sum}\n`)
  }

  toString(): string {
    return [...this.#families.values()].map((lines) => lines.join('')).join('')
  }

  #family(name: string, type: MetricType | 'histogram', help: string): string[] {
    let lines = this.#families.get(name)
    if (lines === undefined) {
      lines = [`# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`]
      this.#families.set(name, lines)
    }
    return lines
  }

  #pairsOf(labels: Labels): string {
    if (labels === this.#labelled) return this.#pairs
    const pairs: string[] = []
    for (const name in labels) pairs.push(`${name}="${escapeLabel(this.#mask(String(labels[name])))}"`)
    this.#labelled = labels
    this.#pairs = pairs.join(',')
    return this.#pairs
  }
}

const escapeHelp = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
const escapeLabel = (text: string): string => (/[\\"\n]/.test(text) ? escapeHelp(text).replaceAll('"', '\\"') : text)

const numberText = (value: number): string => {
  if (value === Number.POSITIVE_INFINITY) return '+Inf'
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value)
}
