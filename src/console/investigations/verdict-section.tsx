import { useSignal } from '@preact/signals'
import { giveVerdict, type IncidentDetail } from '#console/incidents/calls.ts'
import { Choice, TextField } from '#console/parts/field.tsx'
import { Problem, useSending } from '#console/parts/sending.tsx'
import { Time } from '#console/parts/time.tsx'
import { isA } from '#console/shell/session.ts'
import { texts } from '#console/texts/texts.ts'
import { Citing } from './citing.tsx'

const { investigations: said } = texts

interface SectionProps {
  readonly incident: IncidentDetail
}

/** What people concluded, and the form to do so. */
export function VerdictSection({ incident }: SectionProps) {
  const mayJudge = isA('responder', 'approver')
  return (
    <section aria-labelledby="verdict">
      <h2 id="verdict">{said.verdict}</h2>
      {incident.analystVerdicts.map((given) => (
        <div key={given.id} class="card">
          <p>
            <strong>{given.verdict}</strong> {given.stands && <span class="mark done">{said.stands}</span>}{' '}
            {given.rulesVerdict !== null && <span class="quiet">{said.instead(given.rulesVerdict)}</span>}
          </p>
          <p>{given.conclusion}</p>
          <p class="quiet">
            {given.person} · <Time at={given.at} /> · {said.evidenceCited} {given.evidence.join(', ')}
          </p>
        </div>
      ))}
      {mayJudge ? <VerdictForm incident={incident.id} /> : <p class="quiet">{said.notYours}</p>}
    </section>
  )
}

const verdicts = Object.entries(said.verdicts) as (readonly [keyof typeof said.verdicts, string])[]
const confidences = Object.entries(said.confidences) as (readonly [keyof typeof said.confidences, string])[]

function VerdictForm({ incident }: { readonly incident: string }) {
  const verdict = useSignal<keyof typeof said.verdicts>('threat')
  const confidence = useSignal<keyof typeof said.confidences>('medium')
  const conclusion = useSignal('')
  const evidence = useSignal<readonly string[]>([])
  const sending = useSending()

  async function submit(event: Event): Promise<void> {
    event.preventDefault()
    const given = { verdict: verdict.value, confidence: confidence.value, evidence: evidence.value }
    const answer = await sending.send(() => giveVerdict(incident, { ...given, conclusion: conclusion.value.trim() }))
    if (answer !== null) conclusion.value = ''
  }
  return (
    <form class="card" onSubmit={(event) => void submit(event)}>
      <p class="quiet">{said.verdictHint}</p>
      <Choice label={said.whatIsIt} value={verdict} options={verdicts} />
      <Choice label={said.confidence} value={confidence} options={confidences} />
      <TextField label={said.conclusion} text={conclusion} required maxLength={4096} />
      <Citing incident={incident} label={said.evidenceCited} hint={said.evidenceHint} chosen={evidence} />
      <Problem of={sending} />
      <button type="submit" class="main" disabled={sending.isBusy.value || evidence.value.length === 0}>
        {said.give}
      </button>
    </form>
  )
}
