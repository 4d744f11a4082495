import { type Signal, useSignal } from '@preact/signals'
import { Dialog } from '#console/parts/dialog.tsx'
import { useDraft } from '#console/parts/draft.ts'
import { Choice, LineField, TextField } from '#console/parts/field.tsx'
import { FormDialog } from '#console/parts/form-dialog.tsx'
import { go } from '#console/shell/place.ts'
import { texts } from '#console/texts/texts.ts'
import { claim, close, merge, reopen } from './calls.ts'
import { QuestionForm } from './questions.tsx'
import type { VerbDialogProps } from './verbs.tsx'
import { VerdictForm } from './verdict-form.tsx'

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

export const VerdictDialog = ({ incident: { id }, onClose }: VerbDialogProps) => (
  <Dialog title={texts.verbs.judge} onClose={onClose}>
    <VerdictForm incident={id} onSent={onClose} onCancel={onClose} />
  </Dialog>
)

export const QuestionDialog = ({ incident: { id }, onClose }: VerbDialogProps) => (
  <Dialog title={texts.verbs.ask} onClose={onClose}>
    <QuestionForm incident={id} onSent={onClose} onCancel={onClose} />
  </Dialog>
)

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
