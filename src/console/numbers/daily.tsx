import { texts } from '#console/texts/texts.ts'
import type { Numbers } from './calls.ts'

/** A column for each day; as wide as the page. */
export function Daily({ daily, days }: Pick<Numbers, 'daily' | 'days'>) {
  const most = Math.max(...daily.map(({ incidents }) => incidents), 1)
  const all = daily.reduce((sum, { incidents }) => sum + incidents, 0)
  const box = `0 0 ${daily.length} ${most}`
  return (
    <div class="daily">
      <svg viewBox={box} preserveAspectRatio="none" role="img" aria-label={texts.numbers.dailyOf(all, days)}>
        {daily.map(({ day, incidents }, at) => (
          <rect key={day} class="within" x={at + 0.1} y={most - incidents} width="0.8" height={incidents}>
            <title>{texts.numbers.dayIs(day, incidents)}</title>
          </rect>
        ))}
      </svg>
      <p class="quiet">
        <span>{daily[0]?.day}</span>
        <span>{texts.numbers.atMost(most)}</span>
        <span>{daily.at(-1)?.day}</span>
      </p>
    </div>
  )
}
