import { useSignal } from '@preact/signals'
import { useDraft } from '#console/parts/draft.ts'
import { Choice, TextField } from '#console/parts/field.tsx'
import { FormDialog } from '#console/parts/form-dialog.tsx'
import { Ago } from '#console/parts/time.tsx'
import { isA } from '#console/shell/session.ts'
import { texts } from '#console/texts/texts.ts'
import { type IncidentDetail, settleTask } from './calls.ts'

type Task = IncidentDetail['tasks'][number]

/** What people are to do; open ones first. */
export function Tasks({ incident }: { readonly incident: IncidentDetail }) {
  const settling = useSignal<Task | null>(null)
  if (incident.tasks.length === 0) return null
  const open = incident.tasks.filter(({ settledAt }) => settledAt === null)
  const settled = incident.tasks.filter(({ settledAt }) => settledAt !== null)
  return (
    <section aria-labelledby="tasks">
      <h2 id="tasks">{texts.tasks(open.length)}</h2>
      <ul class="tasks">
        {open.map((task) => (
          <li key={task.id}>
            <p class="prose">{task.text}</p>
            <p class="quiet">
              {task.whom.join(', ')} · <Ago at={task.openedAt} />{' '}
              {isA('responder', 'approver') && (
                <button type="button" onClick={() => (settling.value = task)}>
                  {texts.settle}
                </button>
              )}
            </p>
          </li>
        ))}
        {settled.map((task) => (
          <li key={task.id} class="quiet">
            <s>{task.text}</s>
          </li>
        ))}
      </ul>
      {settling.value !== null && (
        <SettleDialog incident={incident.id} task={settling.value} onClose={() => (settling.value = null)} />
      )}
    </section>
  )
}

interface SettleDialogProps {
  readonly incident: string
  readonly task: Task
  readonly onClose: () => void
}

function SettleDialog({ incident, task, onClose }: SettleDialogProps) {
  const how = useSignal<string>('done')
  const reason = useDraft(`task.${task.id}`)
  return (
    <FormDialog
      title={texts.settle}
      action={texts.settle}
      onClose={onClose}
      onSubmit={() =>
        settleTask(incident, task.id, {
          how: how.value,
          ...(reason.value.trim() === '' ? {} : { reason: reason.value.trim() }),
        })
      }
      onSent={() => (reason.value = '')}
    >
      <p class="prose">{task.text}</p>
      <Choice label={texts.settledAs} value={how} options={Object.entries(texts.settlements)} />
      <TextField label={texts.reasonIfAny} text={reason} />
    </FormDialog>
  )
}
