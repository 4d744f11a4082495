import { useSignal } from '@preact/signals'
import { useDraft } from '#console/parts/draft.ts'
import { TextField } from '#console/parts/field.tsx'
import { FormDialog } from '#console/parts/form-dialog.tsx'
import { Time } from '#console/parts/time.tsx'
import { isA } from '#console/shell/session.ts'
import { texts } from '#console/texts/texts.ts'
import { type IncidentDetail, undoRegrouping } from './calls.ts'

type Regrouping = IncidentDetail['regroupings'][number]

/** Other incidents that it belongs with, and findings that moved. */
export function Regroupings({ incident }: { readonly incident: IncidentDetail }) {
  const undoing = useSignal<Regrouping | null>(null)
  const { related, regroupings } = incident
  if (related.length === 0 && regroupings.length === 0) return null
  return (
    <section aria-labelledby="related">
      <h2 id="related">{texts.related}</h2>
      <ul>
        {related.map((id) => (
          <li key={id}>
            <a href={`/incidents/${id}`}>{id}</a>
          </li>
        ))}
        {regroupings.map((one) => (
          <li key={one.id}>
            {texts.regrouped[one.kind](one.findings)} <a href={`/incidents/${one.from}`}>{one.from}</a> →{' '}
            <a href={`/incidents/${one.into}`}>{one.into}</a>{' '}
            <span class="quiet">
              {one.by} · <Time at={one.at} /> {one.reason}
            </span>{' '}
            {one.undoneAt === null && isA('responder', 'approver') && (
              <button type="button" onClick={() => (undoing.value = one)}>
                {texts.undoRegrouping}
              </button>
            )}
          </li>
        ))}
      </ul>
      {undoing.value !== null && (
        <UndoRegroupingDialog
          incident={incident.id}
          regrouping={undoing.value.id}
          onClose={() => (undoing.value = null)}
        />
      )}
    </section>
  )
}

interface UndoRegroupingDialogProps {
  readonly incident: string
  readonly regrouping: string
  readonly onClose: () => void
}

function UndoRegroupingDialog({ incident, regrouping, onClose }: UndoRegroupingDialogProps) {
  const reason = useDraft(`regrouping.${regrouping}`)
  return (
    <FormDialog
      title={texts.undoRegrouping}
      action={texts.undoRegrouping}
      onClose={onClose}
      onSubmit={() =>
        undoRegrouping(incident, regrouping, reason.value.trim() === '' ? {} : { reason: reason.value.trim() })
      }
      onSent={() => (reason.value = '')}
    >
      <TextField label={texts.reasonIfAny} text={reason} />
    </FormDialog>
  )
}
