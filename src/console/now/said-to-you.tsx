import { useSignal } from '@preact/signals'
import type { Waiting } from '#api/schemas/incident'
import { useDraft } from '#console/parts/draft.ts'
import { TextField } from '#console/parts/field.tsx'
import { FormDialog } from '#console/parts/form-dialog.tsx'
import { problemIn } from '#console/parts/sending.tsx'
import { Ago } from '#console/parts/time.tsx'
import { WhomField } from '#console/people/whom-field.tsx'
import { send } from '#console/shell/ask.ts'
import { happened } from '#console/shell/live.ts'
import { texts } from '#console/texts/texts.ts'

/** What others ask of whoever is signed in, and comments that name them. */
export function SaidToYou({ waits: { appeals, mentions } }: { readonly waits: Waiting }) {
  const problem = useSignal<string | null>(null)
  async function read(comment: string): Promise<void> {
    problem.value = await problemIn(() => send('/api/mentions/read', { comments: [comment] }))
    happened.value += 1
  }
  return (
    <>
      {appeals.length > 0 && (
        <section aria-labelledby="appeals">
          <h2 id="appeals">{texts.appeals.title}</h2>
          <ul class="approvals">
            {appeals.map(({ appeal, incident, title, by, kind, reason, at }) => (
              <li key={appeal} data-row class="said">
                <a href={`/incidents/${incident}`}>{title}</a>
                <p>
                  <strong>{by}</strong> {texts.appeals.wishes[kind]} <Ago at={at} />
                </p>
                <p class="prose">{reason}</p>
              </li>
            ))}
          </ul>
        </section>
      )}
      {mentions.length > 0 && (
        <section aria-labelledby="mentions">
          <h2 id="mentions">{texts.appeals.mentions}</h2>
          <ul class="approvals">
            {mentions.map(({ comment, incident, title, by, text, at }) => (
              <li key={comment} data-row class="said">
                <a href={`/incidents/${incident}`}>{title}</a>
                <p>
                  <strong>{by}</strong> <Ago at={at} />
                </p>
                <p class="prose">{text}</p>
                <button type="button" onClick={() => void read(comment)}>
                  {texts.appeals.seen}
                </button>
              </li>
            ))}
          </ul>
          {problem.value !== null && <p role="alert">{problem.value}</p>}
        </section>
      )}
    </>
  )
}

/** The end of a shift. */
export function HandOverAll() {
  const isShown = useSignal(false)
  return (
    <>
      <button type="button" onClick={() => (isShown.value = true)}>
        {texts.appeals.handOverAll}
      </button>
      {isShown.value && <HandOverAllDialog onClose={() => (isShown.value = false)} />}
    </>
  )
}

function HandOverAllDialog({ onClose }: { readonly onClose: () => void }) {
  const to = useDraft('hand-overs.to')
  const note = useDraft('hand-overs')
  return (
    <FormDialog
      title={texts.appeals.handOverAll}
      action={texts.appeals.page}
      onClose={onClose}
      onSubmit={() => send('/api/hand-overs', { to: to.value.trim(), note: note.value.trim() })}
      onSent={() => {
        to.value = ''
        note.value = ''
      }}
    >
      <p>{texts.appeals.allHint}</p>
      <WhomField label={texts.appeals.toWhom} text={to} among="people" />
      <TextField label={texts.appeals.note} text={note} maxLength={2000} required />
    </FormDialog>
  )
}
