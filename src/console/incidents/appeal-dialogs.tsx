import { useDraft } from '#console/parts/draft.ts'
import { TextField } from '#console/parts/field.tsx'
import { FormDialog } from '#console/parts/form-dialog.tsx'
import { WhomField } from '#console/people/whom-field.tsx'
import { texts } from '#console/texts/texts.ts'
import { askHelp, handOver } from './calls.ts'
import type { VerbDialogProps } from './verbs.tsx'

const LONGEST = 2000

export function HelpDialog({ incident: { id }, onClose }: VerbDialogProps) {
  const of = useDraft(`help.of.${id}`)
  const reason = useDraft(`help.${id}`)
  return (
    <FormDialog
      title={texts.verbs.help}
      action={texts.appeals.page}
      onClose={onClose}
      onSubmit={() => askHelp(id, { of: of.value.trim(), reason: reason.value.trim() })}
      onSent={() => {
        of.value = ''
        reason.value = ''
      }}
    >
      <WhomField label={texts.appeals.ofWhom} hint={texts.appeals.ofWhomHint} text={of} among="people and groups" />
      <TextField label={texts.appeals.why} text={reason} maxLength={LONGEST} required />
    </FormDialog>
  )
}

export function HandOverDialog({ incident: { id }, onClose }: VerbDialogProps) {
  const to = useDraft(`hand-over.to.${id}`)
  const note = useDraft(`hand-over.${id}`)
  return (
    <FormDialog
      title={texts.verbs.handOver}
      action={texts.appeals.page}
      onClose={onClose}
      onSubmit={() => handOver(id, { to: to.value.trim(), note: note.value.trim() })}
      onSent={() => {
        to.value = ''
        note.value = ''
      }}
    >
      <p>{texts.appeals.staysYours}</p>
      <WhomField label={texts.appeals.toWhom} text={to} among="people" />
      <TextField label={texts.appeals.note} text={note} maxLength={LONGEST} required />
    </FormDialog>
  )
}
