import { useSignal } from '@preact/signals'
import { useDraft, useDraftChoice } from '#console/parts/draft.ts'
import { Choice, TextField } from '#console/parts/field.tsx'
import { SentForm } from '#console/parts/sent-form.tsx'
import { texts } from '#console/texts/texts.ts'
import { giveVerdict } from './calls.ts'
import { Citing } from './citing.tsx'

const { investigations: said } = texts

type Verdict = keyof typeof said.verdicts
type Confidence = keyof typeof said.confidences
const verdicts = Object.entries(said.verdicts) as (readonly [Verdict, string])[]
const confidences = Object.entries(said.confidences) as (readonly [Confidence, string])[]

interface VerdictFormProps {
  readonly incident: string
  readonly onSent?: () => void
  readonly onCancel?: () => void
}

/** What a person says that it is, and what that rests on. */
export function VerdictForm({ incident, onSent, onCancel }: VerdictFormProps) {
  const verdict = useSignal<Verdict>('threat')
  const confidence = useSignal<Confidence>('medium')
  const conclusion = useDraft(`verdict.${incident}`)
  const evidence = useDraftChoice(`verdict.evidence.${incident}`)

  const give = () =>
    giveVerdict(incident, {
      verdict: verdict.value,
      confidence: confidence.value,
      conclusion: conclusion.value.trim(),
      evidence: evidence.value,
    })
  function sent(): void {
    conclusion.value = ''
    evidence.value = []
    onSent?.()
  }
  return (
    <SentForm
      action={said.give}
      isIncomplete={evidence.value.length === 0}
      onSubmit={give}
      onSent={sent}
      onCancel={onCancel}
    >
      <p class="quiet">{said.verdictHint}</p>
      <Choice label={said.whatIsIt} value={verdict} options={verdicts} />
      <Choice label={said.confidence} value={confidence} options={confidences} />
      <TextField label={said.conclusion} text={conclusion} required />
      <Citing incident={incident} label={said.evidenceCited} hint={said.evidenceHint} chosen={evidence} />
    </SentForm>
  )
}
