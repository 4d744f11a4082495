import { Facts } from '#console/parts/facts.tsx'
import { Time } from '#console/parts/time.tsx'
import { useReading } from '#console/shell/read.ts'
import { texts as all } from '#console/texts/texts.ts'
import { readSeal, type SealState } from './calls.ts'

const texts = all.audit
const REST_MS = 2000

/** How far the log is sealed, and how to prove it without believing this page. */
export function Seal() {
  const { value } = useReading(readSeal, { leastRestMs: REST_MS })
  const seal = value.value
  if (seal === null) return null
  return (
    <section class="card seal">
      <h2>{texts.seal}</h2>
      {seal.checkpoint === null ? (
        <p role="alert">{texts.notSealed}</p>
      ) : (
        <Checkpoint checkpoint={seal.checkpoint} waiting={seal.waiting} since={seal.waitingSince} />
      )}
      <details>
        <summary>{texts.verify}</summary>
        <p class="quiet">{texts.verifySteps}</p>
        <pre>{texts.verifyCommand}</pre>
        {seal.checkpoint !== null && (
          <>
            <p class="quiet">{texts.note}</p>
            <pre>{seal.checkpoint.note}</pre>
          </>
        )}
      </details>
    </section>
  )
}

interface CheckpointProps {
  readonly checkpoint: NonNullable<SealState['checkpoint']>
  readonly waiting: number
  readonly since: string | null
}

const Checkpoint = ({ checkpoint: { size, root, at }, waiting, since }: CheckpointProps) => (
  <>
    <p>
      <strong>{texts.sealedUpTo(size)}.</strong>{' '}
      {since === null ? (
        <span class="quiet">{texts.allSealed}</span>
      ) : (
        <span class="mark odd">
          {texts.waiting(waiting)} <Time at={since} />
        </span>
      )}
    </p>
    <Facts
      facts={[
        [texts.signedAt, <Time at={at} />],
        [texts.root, <code>{root}</code>],
      ]}
    />
  </>
)
