import { Absent } from '#console/parts/absent.tsx'
import { Title } from '#console/parts/sheet.tsx'
import { Time } from '#console/parts/time.tsx'
import { useReading } from '#console/shell/read.ts'
import { texts as all } from '#console/texts/texts.ts'
import { Breakers } from './breakers.tsx'
import { type InForce, readPolicy } from './calls.ts'
import { Explain } from './explained.tsx'
import { History } from './history.tsx'
import { Readable } from './readable.tsx'
import { Source } from './source.tsx'
import { StandingApprovals } from './standing.tsx'
import './style.css'

const texts = all.policy
const REST_MS = 2000
const NONE = 404

/** The rules in force: what they say, why, and how they came to be. */
export function PolicyPage() {
  const { value, refusal } = useReading(readPolicy, { leastRestMs: REST_MS })
  if (refusal.value?.status === NONE) return <p>{texts.none}</p>
  if (refusal.value !== null || value.value === null) return <Absent refusal={refusal.value} />
  return <Shown inForce={value.value} />
}

const Shown = ({ inForce: { version, at, change, digest, policy, source } }: { readonly inForce: InForce }) => (
  <>
    <Title text={texts.title} hint={texts.hint} />
    <p>
      <strong>{texts.inForce(version)}</strong> <Time at={at} />
      {change !== null && (
        <>
          {', '}
          <a href={`/changes/${change}`}>{texts.byChange}</a>
        </>
      )}
      . <span class="quiet">{texts.hash}</span> <code>{digest}</code>
    </p>
    <Breakers />
    <Explain />
    <Readable policy={policy} />
    <Source source={source} />
    <StandingApprovals />
    <History />
  </>
)
