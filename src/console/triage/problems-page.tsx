import { useSignal } from '@preact/signals'
import { Absent } from '#console/parts/absent.tsx'
import { LineField, TextField } from '#console/parts/field.tsx'
import { Problem, useSending } from '#console/parts/sending.tsx'
import { Time } from '#console/parts/time.tsx'
import { useTitle } from '#console/parts/title.ts'
import { useReading } from '#console/shell/read.ts'
import { isA } from '#console/shell/session.ts'
import { texts } from '#console/texts/texts.ts'
import { explain, type ProblemRow, readProblems } from './calls.ts'
import { TriageTabs } from './triage-tabs.tsx'

const { triage: said } = texts

/** What comes again, and whose cause it is. */
export function ProblemsPage() {
  useTitle(said.problems)
  const { value, refusal } = useReading(readProblems)
  if (value.value === null) return <Absent refusal={refusal.value} />
  const { problems } = value.value
  return (
    <>
      <h1>{said.problems}</h1>
      <TriageTabs />
      <p class="quiet">{said.problemsHint}</p>
      {problems.length === 0 && <p>{said.noProblems}</p>}
      <ul class="cards">
        {problems.map((problem) => (
          <ProblemItem key={problem.id} problem={problem} />
        ))}
      </ul>
    </>
  )
}

const ProblemItem = ({ problem }: { readonly problem: ProblemRow }) => {
  const { id, subject, owner, cause, explainedBy, openedAt, incidents } = problem
  return (
    <li class={owner === null ? 'warn' : undefined}>
      <h2>{subject}</h2>
      <p>
        {owner === null ? <span class="mark proposed">{said.noOwner}</span> : <strong>{owner}</strong>} {cause}{' '}
        {explainedBy !== null && <span class="quiet">{said.explained(explainedBy)}</span>}
      </p>
      <p class="quiet">
        {said.since} <Time at={openedAt} />
        {incidents.map((incident) => (
          <span key={incident}>
            {' · '}
            <a href={`/incidents/${encodeURIComponent(incident)}`}>{incident}</a>
          </span>
        ))}
      </p>
      <ExplainForm problem={id} isFirst={owner === null} />
    </li>
  )
}

function ExplainForm({ problem, isFirst }: { readonly problem: string; readonly isFirst: boolean }) {
  const mayExplain = isA('responder', 'approver', 'operator')
  const [owner, cause] = [useSignal(''), useSignal('')]
  const sending = useSending()
  if (!mayExplain) return null
  async function submit(event: Event): Promise<void> {
    event.preventDefault()
    await sending.send(() => explain(problem, { owner: owner.value.trim(), cause: cause.value.trim() }))
  }
  return (
    <details class="act">
      <summary>{isFirst ? said.explain : said.explainAnew}</summary>
      <form onSubmit={(event) => void submit(event)}>
        <LineField label={said.ownerField} hint={said.ownerHint} text={owner} required maxLength={200} />
        <TextField label={said.cause} text={cause} required maxLength={4096} />
        <Problem of={sending} />
        <button type="submit" disabled={sending.isBusy.value}>
          {said.explainIt}
        </button>
      </form>
    </details>
  )
}
