import { useSignal } from '@preact/signals'
import { Absent } from '#console/parts/absent.tsx'
import { LineField } from '#console/parts/field.tsx'
import { Problem, useSending } from '#console/parts/sending.tsx'
import { Time } from '#console/parts/time.tsx'
import { useTitle } from '#console/parts/title.ts'
import { useReading } from '#console/shell/read.ts'
import { isA } from '#console/shell/session.ts'
import { texts } from '#console/texts/texts.ts'
import { type Precision, type Review, readPrecision, readReviews, review } from './calls.ts'
import { TriageTabs } from './triage-tabs.tsx'

const { triage: said } = texts

/** What rules closed by themselves and a person looks at, and how often the rules were right. */
export function TriagePage() {
  useTitle(said.title)
  const { value, refusal } = useReading(readReviews)
  if (value.value === null) return <Absent refusal={refusal.value} />
  const { reviews } = value.value
  return (
    <>
      <h1>{said.title}</h1>
      <TriageTabs />
      <PrecisionSection />
      <h2>{said.reviews}</h2>
      <p class="quiet">{said.reviewsHint}</p>
      {reviews.length === 0 && <p>{said.noReviews}</p>}
      <ul class="cards">
        {reviews.map((one) => (
          <ReviewItem key={one.incident} review={one} />
        ))}
      </ul>
    </>
  )
}

function PrecisionSection() {
  const { value, refusal } = useReading(readPrecision)
  return (
    <section aria-labelledby="precision">
      <h2 id="precision">{said.precision}</h2>
      {value.value === null ? (
        <Absent refusal={refusal.value} />
      ) : (
        <dl>
          {value.value.precision.map((one) => (
            <PrecisionItem key={one.verdict} precision={one} />
          ))}
        </dl>
      )}
    </section>
  )
}

const PrecisionItem = ({
  precision: { verdict, right, wrong, open, late, precision },
}: {
  readonly precision: Precision
}) => (
  <div>
    <dt>{verdict}</dt>
    <dd>
      <strong>{precision === null ? said.neverReviewed : said.percent(precision)}</strong>
      <p class="quiet">
        {said.tally(right, wrong)} · {said.waiting(open, late)}
      </p>
    </dd>
  </div>
)

const ReviewItem = ({ review: one }: { readonly review: Review }) => (
  <li class={one.isLate ? 'grave' : undefined}>
    <h3>
      <a href={`/incidents/${encodeURIComponent(one.incident)}`}>{one.title}</a>
    </h3>
    <p>
      <span class="mark">{one.verdict}</span> {one.isLate && <span class="mark warning">{said.late}</span>}{' '}
      {said.owner(one.owner)} {said.due} <Time at={one.dueAt} />
    </p>
    {one.reasons.map((reason) => (
      <p key={reason} class="quiet">
        {reason}
      </p>
    ))}
    <ReviewForm incident={one.incident} />
  </li>
)

function ReviewForm({ incident }: { readonly incident: string }) {
  const mayReview = isA('responder', 'approver')
  const note = useSignal('')
  const sending = useSending()
  if (!mayReview) return null
  const say = (outcome: 'right' | 'wrong') => {
    const text = note.value.trim()
    return sending.send(() => review(incident, { outcome, ...(text === '' ? {} : { note: text }) }))
  }
  return (
    <details class="act">
      <summary>{said.wereRight}</summary>
      <LineField label={said.note} text={note} maxLength={4096} />
      <p class="buttons">
        <button type="button" disabled={sending.isBusy.value} onClick={() => void say('right')}>
          {said.right}
        </button>
        <button type="button" disabled={sending.isBusy.value} onClick={() => void say('wrong')}>
          {said.wrong}
        </button>
      </p>
      <p class="quiet">{said.afterWrong}</p>
      <Problem of={sending} />
    </details>
  )
}
