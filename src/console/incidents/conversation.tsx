import { useSignal } from '@preact/signals'
import { useDraft } from '#console/parts/draft.ts'
import { TextField } from '#console/parts/field.tsx'
import { FormDialog } from '#console/parts/form-dialog.tsx'
import { Problem, useSending } from '#console/parts/sending.tsx'
import { Ago } from '#console/parts/time.tsx'
import { isA } from '#console/shell/session.ts'
import { texts } from '#console/texts/texts.ts'
import { answerQuestion, comment, type IncidentDetail } from './calls.ts'

/** What people say to each other about it. */
export const Conversation = ({ incident }: { readonly incident: IncidentDetail }) => (
  <section aria-labelledby="conversation">
    <h2 id="conversation">{texts.comments}</h2>
    <ol class="talk">
      {incident.comments.map(({ id, person, text, at }) => (
        <li key={id}>
          <strong>{person}</strong>{' '}
          <span class="quiet">
            <Ago at={at} />
          </span>
          <p class="prose">{text}</p>
        </li>
      ))}
    </ol>
    {isA('responder', 'approver') && <CommentForm incident={incident.id} />}
    <Questions incident={incident} />
  </section>
)

/** What is typed stays until it was sent, also when the page is loaded again. */
function CommentForm({ incident }: { readonly incident: string }) {
  const text = useDraft(`comment.${incident}`)
  const sending = useSending()

  async function submit(event: Event): Promise<void> {
    event.preventDefault()
    const sent = await sending.send(() => comment(incident, text.value.trim()))
    if (sent !== null) text.value = ''
  }
  return (
    <form onSubmit={(event) => void submit(event)}>
      <TextField label={texts.newComment} text={text} required />
      <Problem of={sending} />
      <button type="submit" disabled={sending.isBusy.value}>
        {sending.isBusy.value ? texts.sending : texts.addComment}
      </button>
    </form>
  )
}

function Questions({ incident }: { readonly incident: IncidentDetail }) {
  const answering = useSignal<string | null>(null)
  if (incident.questions.length === 0) return null
  return (
    <>
      <h3>{texts.questions}</h3>
      <ol class="talk">
        {incident.questions.map(({ id, person, text, at, answers }) => (
          <li key={id}>
            <strong>{person}</strong>{' '}
            <span class="quiet">
              <Ago at={at} />
            </span>
            <p class="prose">{text}</p>
            {answers.map((answer) => (
              <p key={answer.id} class="answer prose">
                <strong>{answer.person}</strong> {answer.text} <span class="quiet">{answer.evidence.join(', ')}</span>
              </p>
            ))}
            {isA('responder', 'approver') && (
              <button type="button" onClick={() => (answering.value = id)}>
                {texts.answer}
              </button>
            )}
          </li>
        ))}
      </ol>
      {answering.value !== null && (
        <AnswerDialog incident={incident.id} question={answering.value} onClose={() => (answering.value = null)} />
      )}
    </>
  )
}

interface AnswerDialogProps {
  readonly incident: string
  readonly question: string
  readonly onClose: () => void
}

function AnswerDialog({ incident, question, onClose }: AnswerDialogProps) {
  const text = useDraft(`answer.${question}`)
  return (
    <FormDialog
      title={texts.answer}
      action={texts.answer}
      onClose={onClose}
      onSubmit={() => answerQuestion(incident, question, { text: text.value.trim() })}
      onSent={() => (text.value = '')}
    >
      <TextField label={texts.answer} text={text} required />
    </FormDialog>
  )
}
