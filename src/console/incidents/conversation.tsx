import { useDraft } from '#console/parts/draft.ts'
import { TextField } from '#console/parts/field.tsx'
import { Problem, useSending } from '#console/parts/sending.tsx'
import { Ago } from '#console/parts/time.tsx'
import { isA } from '#console/shell/session.ts'
import { texts } from '#console/texts/texts.ts'
import { comment, type IncidentDetail } from './calls.ts'
import { Questions } from './questions.tsx'

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
    {incident.questions.length > 0 && (
      <>
        <h3>{texts.questions}</h3>
        <Questions incident={incident} />
      </>
    )}
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
