export interface Series {
  /** Of the sample: a histogram’s are `_bucket`, `_sum` and `_count`. */
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export interface Exposition {
  /** Types of metrics by their names. */
  readonly types: ReadonlyMap<string, string>
  readonly series: readonly Series[]
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)",?/gy

/**
 * Reads Prometheus’s text format as strictly as it does: a metric is told of once, before its samples and all of them together, and no
 * series twice. Throws with the line that is wrong.
 */
export function readExposition(text: string): Exposition {
  if (!text.endsWith('\n')) throw new Error('The text does not end with a line feed')
  const types = new Map<string, string>()
  const series: Series[] = []
  const seen = new Set<string>()
  for (const line of text.split('\n').filter((one) => one !== '' && !/^# (HELP |EOF$)/.test(one))) {
    const [, typed, type] = /^# TYPE (\S+) (counter|gauge|histogram|summary|untyped)$/.exec(line) ?? []
    if (typed !== undefined && type !== undefined) {
      if (!NAME.test(typed) || types.has(typed)) throw new Error(`Told of twice, or no name: ${line}`)
      types.set(typed, type)
      continue
    }
    const one = readSample(line)
    if (metricOf(types, one.name) === undefined) throw new Error(`A sample of a metric without a type: ${line}`)
    const key = line.slice(0, line.lastIndexOf(' '))
    if (seen.has(key)) throw new Error(`A series twice: ${line}`)
    seen.add(key)
    series.push(one)
  }
  return { types, series }
}

function readSample(line: string): Series {
  const [, name, labels = '', value = ''] = SAMPLE.exec(line) ?? []
  const number = Number(value.replace(/^([+-]?)Inf$/, '$1Infinity'))
  if (name === undefined || (Number.isNaN(number) && !/^nan$/i.test(value))) throw new Error(`No sample: ${line}`)
  return { name, labels: readLabels(labels, line), value: number }
}

function readLabels(text: string, line: string): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {}
  let end = 0
  for (const match of text.matchAll(LABEL)) {
    const [all, name = '', value = ''] = match
    labels[name] = value
    end = match.index + all.length
  }
  if (end !== text.length) throw new Error(`Labels that cannot be read: ${line}`)
  return labels
}

/** The metric that a sample belongs to. */
export function metricOf(types: ReadonlyMap<string, string>, sample: string): string | undefined {
  if (types.has(sample)) return sample
  const name = sample.replace(/_(bucket|sum|count)$/, '')
  return ['histogram', 'summary'].includes(types.get(name) ?? '') ? name : undefined
}
