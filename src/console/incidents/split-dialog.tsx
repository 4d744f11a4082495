import { useSignal } from '@preact/signals'
import { Absent } from '#console/parts/absent.tsx'
import { useDraft } from '#console/parts/draft.ts'
import { TextField } from '#console/parts/field.tsx'
import { FormDialog } from '#console/parts/form-dialog.tsx'
import type { Answer } from '#console/shell/ask.ts'
import { go } from '#console/shell/place.ts'
import { useReading } from '#console/shell/read.ts'
import { texts } from '#console/texts/texts.ts'
import { readFindings, split } from './calls.ts'
import type { VerbDialogProps } from './verbs.tsx'

/** Which of its findings are an incident of their own. */
export function SplitDialog({ incident: { id }, onClose }: VerbDialogProps) {
  const { value, refusal } = useReading(() => readFindings(id))
  const chosen = useSignal<readonly string[]>([])
  const made = useSignal<string | null>(null)
  const reason = useDraft(`split.${id}`)

  async function submit(): Promise<Answer<unknown>> {
    const why = reason.value.trim() === '' ? {} : { reason: reason.value.trim() }
    const answer = await split(id, { findings: chosen.value, ...why })
    if (answer.ok) made.value = answer.value.id
    return answer
  }
  function choose(key: string, isChosen: boolean): void {
    const others = chosen.value.filter((one) => one !== key)
    chosen.value = isChosen ? [...others, key] : others
  }
  return (
    <FormDialog
      title={texts.verbs.split}
      action={texts.verbs.split}
      onClose={onClose}
      onSubmit={submit}
      onSent={() => {
        reason.value = ''
        if (made.value !== null) go(`/incidents/${made.value}`)
      }}
    >
      {value.value === null ? (
        <Absent refusal={refusal.value} />
      ) : (
        <fieldset>
          <legend>{texts.splitOff}</legend>
          {value.value.findings.map(({ key, id: name, type }) => (
            <label key={key} class="check">
              <input type="checkbox" onChange={({ currentTarget }) => choose(key, currentTarget.checked)} />
              <span>
                {type} <code>{name}</code>
              </span>
            </label>
          ))}
        </fieldset>
      )}
      <TextField label={texts.reasonIfAny} text={reason} />
    </FormDialog>
  )
}
