import { texts } from '#console/texts/texts.ts'
import type { Numbers } from './calls.ts'

const classes = ['incidents', 'folded', 'benign', 'suppressed', 'quarantined', 'unaccounted'] as const

/** Everything that was received, in one bar, and in words. */
export function Answered({ answered }: Pick<Numbers, 'answered'>) {
  const shares = classes.map((name) => ({ name, count: answered[name] }))
  return (
    <>
      <Bar shares={shares} received={answered.received} />
      <ul class="legend">
        {shares.map(({ name, count }) => (
          <li key={name} class={count > 0 ? `of-${name}` : 'zero'}>
            <strong>{count}</strong> {texts.numbers.classes[name]}
          </li>
        ))}
      </ul>
    </>
  )
}

interface BarProps {
  readonly shares: readonly { readonly name: string; readonly count: number }[]
  readonly received: number
}

function Bar({ shares, received }: BarProps) {
  let from = 0
  return (
    <svg class="bar-of-all" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
      <rect class="nothing" width="100" height="4" />
      {shares.map(({ name, count }) => {
        const width = received === 0 ? 0 : (100 * Math.max(0, count)) / received
        const x = from
        from += width
        return <rect key={name} class={`of-${name}`} x={x} width={width} height="4" />
      })}
    </svg>
  )
}
