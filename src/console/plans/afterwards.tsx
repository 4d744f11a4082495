import { useSignal } from '@preact/signals'
import { useDraft } from '#console/parts/draft.ts'
import { Choice, TextField } from '#console/parts/field.tsx'
import { FormDialog } from '#console/parts/form-dialog.tsx'
import { Time } from '#console/parts/time.tsx'
import type { Answer } from '#console/shell/ask.ts'
import { go } from '#console/shell/place.ts'
import { isA, person } from '#console/shell/session.ts'
import { texts } from '#console/texts/texts.ts'
import { askForUndo, breakGlass, type PlanView, reviewGlass } from './calls.ts'
import { Lease, Renewing } from './lease.tsx'

/** What can be done about a plan beside voting on it: undo it, renew what it holds, carry it out alone, or review that. */
export function Afterwards({ plan }: { readonly plan: PlanView }) {
  const asked = useSignal<'undo' | 'alone' | 'review' | null>(null)
  const close = (): void => void (asked.value = null)
  const canUndo = isA('responder', 'approver') && isUndoable(plan)
  const canBreak = canBreakGlass(plan)
  return (
    <section class="afterwards">
      {plan.undoes !== null && (
        <p>
          <a href={`/plans/${plan.undoes}`}>{texts.undoesPlan}</a>
          {plan.release !== null && ` ${texts.releasedAs(plan.release)}`}
        </p>
      )}
      {plan.breakGlass !== null && <Glass glass={plan.breakGlass} onReview={() => (asked.value = 'review')} />}
      <Lease plan={plan} />
      <div class="buttons">
        <Renewing plan={plan} />
        {canUndo && (
          <button type="button" onClick={() => (asked.value = 'undo')}>
            {texts.askUndo}
          </button>
        )}
        {canBreak && (
          <button type="button" class="grave" onClick={() => (asked.value = 'alone')}>
            {texts.alone}
          </button>
        )}
      </div>
      {asked.value === 'undo' && <UndoDialog plan={plan} onClose={close} />}
      {asked.value === 'alone' && (
        <SentenceDialog
          name={`alone.${plan.hash}`}
          title={texts.alone}
          hint={texts.aloneHint}
          onSubmit={(text) => breakGlass(plan.hash, text)}
          onClose={close}
        />
      )}
      {asked.value === 'review' && (
        <SentenceDialog
          name={`review.${plan.hash}`}
          title={texts.reviewGlass}
          hint={texts.reviewGlassHint}
          onSubmit={(text) => reviewGlass(plan.hash, text)}
          onClose={close}
        />
      )}
    </section>
  )
}

const isUndoable = ({ kind, status, steps }: PlanView): boolean =>
  kind !== 'undo' &&
  ['done', 'partial', 'failed'].includes(status) &&
  steps.some((step) => step.reversible && ['applied', 'done'].includes(step.status))

/** Whoever approved it, while it still waits for others. */
const canBreakGlass = ({ status, votes, steps, breakGlass: glass }: PlanView): boolean =>
  status === 'proposed' &&
  glass === null &&
  steps.every((step) => step.reversible) &&
  votes.findLast((one) => one.person === person.value?.id)?.decision === 'approve'

interface GlassProps {
  readonly glass: NonNullable<PlanView['breakGlass']>
  readonly onReview: () => void
}

const Glass = ({ glass, onReview }: GlassProps) => (
  <div class="notice">
    <p class="prose">
      <strong>{texts.carriedOutAlone(glass.person)}</strong> {glass.reason} <Time at={glass.at} />
    </p>
    {glass.reviewedBy === null ? (
      <p>
        {texts.reviewBy} <Time at={glass.reviewBy} />{' '}
        {isA('approver') && person.value?.id !== glass.person && (
          <button type="button" onClick={onReview}>
            {texts.reviewGlass}
          </button>
        )}
      </p>
    ) : (
      <p class="prose">
        {texts.reviewedBy(glass.reviewedBy)} {glass.review}
      </p>
    )}
  </div>
)

interface PlanDialogProps {
  readonly plan: PlanView
  readonly onClose: () => void
}

function UndoDialog({ plan, onClose }: PlanDialogProps) {
  const reason = useDraft(`undo.${plan.hash}`)
  const release = useSignal<string>('false-positive')
  const made = useSignal<string | null>(null)

  async function ask(): Promise<Answer<unknown>> {
    const body = { undo: plan.hash, reason: reason.value.trim(), release: release.value }
    const answer = await askForUndo(plan.incident, body)
    if (answer.ok) made.value = answer.value.hash ?? null
    return answer
  }
  return (
    <FormDialog
      title={texts.askUndo}
      action={texts.askUndo}
      onClose={onClose}
      onSubmit={ask}
      onSent={() => {
        reason.value = ''
        go(made.value === null ? `/incidents/${plan.incident}` : `/plans/${made.value}`)
      }}
    >
      <p>{texts.undoHint}</p>
      <Choice label={texts.releaseAs} value={release} options={Object.entries(texts.releases)} />
      <TextField label={texts.reason} text={reason} required />
    </FormDialog>
  )
}

interface SentenceDialogProps {
  readonly name: string
  readonly title: string
  readonly hint: string
  readonly onSubmit: (text: string) => Promise<Answer<unknown>>
  readonly onClose: () => void
}

const SHORTEST_SENTENCE = 10

function SentenceDialog({ name, title, hint, onSubmit, onClose }: SentenceDialogProps) {
  const text = useDraft(name)
  return (
    <FormDialog
      title={title}
      action={title}
      tone="grave"
      onClose={onClose}
      onSubmit={() => onSubmit(text.value.trim())}
      onSent={() => (text.value = '')}
    >
      <p>{hint}</p>
      <TextField label={texts.reason} text={text} required minLength={SHORTEST_SENTENCE} />
    </FormDialog>
  )
}
