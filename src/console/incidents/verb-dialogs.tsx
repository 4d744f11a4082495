import { type Signal, useSignal } from '@preact/signals'
import { useDraft } from '#console/parts/draft.ts'
import { Choice, LineField, TextField } from '#console/parts/field.tsx'
import { FormDialog } from '#console/parts/form-dialog.tsx'
import { go } from '#console/shell/place.ts'
import { texts } from '#console/texts/texts.ts'
import { askQuestion, claim, close, giveVerdict, merge, reopen } from './calls.ts'
import type { VerbDialogProps } from './verbs.tsx'

export { HandOverDialog, HelpDialog } from './appeal-dialogs.tsx'
export { SplitDialog } from './split-dialog.tsx'

/** Sent only when somebody wrote something. */
const reasonIn = (text: Signal<string>): object => (text.value.trim() === '' ? {} : { reason: text.value.trim() })

const LONGEST_LESSONS = 16_384

export function CloseDialog({ incident: { id }, onClose }: VerbDialogProps) {
  const code = useSignal<string>('resolved')
  const lessons = useDraft(`lessons.${id}`)
  return (
    <FormDialog
      title={texts.verbs.close}
      action={texts.verbs.close}
      onClose={onClose}
      onSubmit={() =>
        close(id, { code: code.value, ...(lessons.value.trim() === '' ? {} : { lessons: lessons.value.trim() }) })
      }
      onSent={() => (lessons.value = '')}
    >
      <Choice label={texts.closureCode} value={code} options={Object.entries(texts.closureCodes)} />
      <TextField label={texts.lessons} hint={texts.lessonsHint} text={lessons} maxLength={LONGEST_LESSONS} />
    </FormDialog>
  )
}

export function ReopenDialog({ incident: { id }, onClose }: VerbDialogProps) {
  const reason = useDraft(`reopen.${id}`)
  return (
    <FormDialog
      title={texts.verbs.reopen}
      action={texts.verbs.reopen}
      onClose={onClose}
      onSubmit={() => reopen(id, reasonIn(reason))}
      onSent={() => (reason.value = '')}
    >
      <TextField label={texts.reasonIfAny} text={reason} />
    </FormDialog>
  )
}

export function TakeOverDialog({ incident: { id, claims }, onClose }: VerbDialogProps) {
  const reason = useDraft(`takeover.${id}`)
  const from = claims.find(({ end }) => end === null)?.person ?? ''
  return (
    <FormDialog
      title={texts.verbs.takeOver}
      action={texts.verbs.takeOver}
      onClose={onClose}
      onSubmit={() => claim(id, { from, ...reasonIn(reason) })}
      onSent={() => (reason.value = '')}
    >
      <p>{texts.takenFrom(from)}</p>
      <TextField label={texts.reasonIfAny} text={reason} />
    </FormDialog>
  )
}

export function VerdictDialog({ incident: { id }, onClose }: VerbDialogProps) {
  const verdict = useSignal<string>('threat')
  const confidence = useSignal<string>('medium')
  const conclusion = useDraft(`verdict.${id}`)
  const evidence = useDraft(`verdict.evidence.${id}`)
  return (
    <FormDialog
      title={texts.verbs.judge}
      action={texts.verbs.judge}
      onClose={onClose}
      onSubmit={() =>
        giveVerdict(id, {
          verdict: verdict.value,
          confidence: confidence.value,
          conclusion: conclusion.value.trim(),
          evidence: evidence.value.split(/[\s,]+/).filter((one) => one !== ''),
        })
      }
      onSent={() => {
        conclusion.value = ''
        evidence.value = ''
      }}
    >
      <Choice label={texts.verdict} value={verdict} options={Object.entries(texts.verdicts)} />
      <Choice label={texts.confidence} value={confidence} options={Object.entries(texts.confidences)} />
      <TextField label={texts.conclusion} text={conclusion} required />
      <TextField label={texts.cites} hint={texts.citesHint} text={evidence} required />
    </FormDialog>
  )
}

export function QuestionDialog({ incident: { id }, onClose }: VerbDialogProps) {
  const text = useDraft(`question.${id}`)
  return (
    <FormDialog
      title={texts.verbs.ask}
      action={texts.verbs.ask}
      onClose={onClose}
      onSubmit={() => askQuestion(id, text.value.trim())}
      onSent={() => (text.value = '')}
    >
      <TextField label={texts.question} text={text} required />
    </FormDialog>
  )
}

export function MergeDialog({ incident: { id }, onClose }: VerbDialogProps) {
  const into = useDraft(`merge.${id}`)
  const reason = useDraft(`merge.reason.${id}`)
  return (
    <FormDialog
      title={texts.verbs.merge}
      action={texts.verbs.merge}
      onClose={onClose}
      onSubmit={() => merge(id, { into: into.value.trim(), ...reasonIn(reason) })}
      onSent={() => {
        const there = into.value.trim()
        into.value = ''
        reason.value = ''
        go(`/incidents/${there}`)
      }}
    >
      <p>{texts.mergeHint}</p>
      <LineField label={texts.mergeInto} text={into} required />
      <TextField label={texts.reasonIfAny} text={reason} />
    </FormDialog>
  )
}
