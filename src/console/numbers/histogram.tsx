import { spanText } from '#console/parts/span-text.ts'
import { texts } from '#console/texts/texts.ts'
import type { ResponseTime } from './calls.ts'

const WIDTH = 330
const HEIGHT = 96
const FOOT = 16
const HEAD = 12
/** Bounds whose text stands under the axis. */
const NAMED_SECONDS: ReadonlySet<number> = new Set([10, 60, 900, 3600, 14_400, 68_400, 604_800])

interface HistogramProps {
  readonly time: ResponseTime
  /** Upper ends of the buckets, in seconds. */
  readonly bounds: readonly number[]
  /** A line at one of the bounds. */
  readonly line: number | null
}

/** How many took how long; each column is about twice as long as the one before. */
export function Histogram({ time: { name, count, buckets }, bounds, line }: HistogramProps) {
  const most = Math.max(...buckets, 1)
  const step = WIDTH / buckets.length
  const height = (of: number): number => (of === 0 ? 0 : Math.max(2, ((HEIGHT - FOOT - HEAD) * of) / most))
  const floor = HEIGHT - FOOT
  const label = texts.numbers.distribution(texts.numbers.names[name] ?? name, count)
  return (
    <svg class="histogram" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      {buckets.map((of, at) => (
        <rect
          key={at}
          class={line !== null && (bounds[at] ?? Number.POSITIVE_INFINITY) > line ? 'over' : 'within'}
          x={at * step + 1}
          y={floor - height(of)}
          width={step - 2}
          height={height(of)}
        >
          <title>{bucketText(of, bounds, at)}</title>
        </rect>
      ))}
      <path class="axis" d={`M0 ${floor + 0.5}H${WIDTH}`} />
      {bounds.map((bound, at) =>
        NAMED_SECONDS.has(bound) ? (
          <text key={bound} x={(at + 1) * step} y={HEIGHT - 4} text-anchor="middle">
            {spanText(bound)}
          </text>
        ) : null,
      )}
      {line !== null && <Line x={(bounds.indexOf(line) + 1) * step} seconds={line} />}
    </svg>
  )
}

const Line = ({ x, seconds }: { readonly x: number; readonly seconds: number }) => (
  <>
    <path class="reference" d={`M${x} 4V${HEIGHT - FOOT}`} />
    <text class="reference" x={x - 4} y={HEAD - 2} text-anchor="end">
      {texts.numbers.reference(spanText(seconds))}
    </text>
  </>
)

function bucketText(count: number, bounds: readonly number[], at: number): string {
  const upper = bounds[at]
  return upper === undefined
    ? texts.numbers.longer(count, spanText(bounds.at(-1) ?? 0))
    : texts.numbers.upTo(count, spanText(upper))
}
