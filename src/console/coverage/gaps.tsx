import { Ago } from '#console/parts/ago.tsx'
import { texts as all } from '#console/texts/texts.ts'
import type { Covered } from './calls.ts'

const texts = all.coverage

interface Gap {
  readonly where: string
  readonly text: string
  readonly since: string | null
}

/** What is missing, before anything that is well. */
export function Gaps({ covered }: { readonly covered: Covered }) {
  const gaps = gapsOf(covered)
  if (gaps.length === 0)
    return (
      <p class="whole-cover">
        <span class="mark good">{texts.gaps(0)}</span> {texts.noGaps}
      </p>
    )
  return (
    <section class="gaps" aria-label={texts.gaps(gaps.length)}>
      <h2>{texts.gaps(gaps.length)}</h2>
      <ul>
        {gaps.map(({ where, text, since }) => (
          <li key={`${where} ${text} ${since}`}>
            <strong>{where}</strong> {text} {since !== null && <Ago at={since} />}
          </li>
        ))}
      </ul>
    </section>
  )
}

const gapsOf = ({ places, sources }: Covered): readonly Gap[] => [
  ...places.flatMap((place) => {
    const where = `${place.name ?? place.account} ${place.region}`
    const unconnected = place.standing === 'registered' ? [{ where, text: `${texts.notConnected}.`, since: null }] : []
    return [...unconnected, ...place.gaps.map(({ text, since }) => ({ where, text: `${text}.`, since }))]
  }),
  ...sources
    .filter(({ state, silentAfterMs }) => state === 'silent' || (state === 'unheard' && silentAfterMs !== null))
    .map(({ name, state, problem, heardAt }) => ({
      where: name,
      text: `${texts.sourceGap(name, state === 'silent' ? texts.silent : texts.unheard)}.${problem === null ? '' : ` ${problem}.`}`,
      since: heardAt,
    })),
]
