import { useSignal } from '@preact/signals'
import { answerQuestion, askQuestion } from '#console/incidents/calls.ts'
import { LineField, TextField } from '#console/parts/field.tsx'
import { Problem, useSending } from '#console/parts/sending.tsx'
import { Time } from '#console/parts/time.tsx'
import { isA } from '#console/shell/session.ts'
import { texts } from '#console/texts/texts.ts'
import type { IncidentDetail, Question } from './calls.ts'
import { Citing } from './citing.tsx'

const { investigations: said } = texts

/** What was asked about the incident, and what was answered, on what. */
export function QuestionsSection({ incident }: { readonly incident: IncidentDetail }) {
  const mayAsk = isA('responder', 'approver')
  return (
    <section aria-labelledby="questions">
      <h2 id="questions">{said.questions}</h2>
      {incident.questions.length === 0 && <p class="quiet">{said.noQuestions}</p>}
      {incident.questions.map((question) => (
        <div key={question.id} class="card">
          <QuestionBody question={question} />
          {mayAsk && <AnswerForm incident={incident.id} question={question.id} />}
        </div>
      ))}
      {mayAsk && <QuestionForm incident={incident.id} />}
    </section>
  )
}

const QuestionBody = ({ question }: { readonly question: Question }) => (
  <>
    <p>
      <strong>{question.text}</strong>
    </p>
    <p class="quiet">
      {question.person} · <Time at={question.at} />
    </p>
    {question.answers.map(({ id, person, text, evidence, at }) => (
      <blockquote key={id}>
        <p>{text}</p>
        <p class="quiet">
          {person} · <Time at={at} />
          {evidence.length > 0 && ` · ${said.cites} ${evidence.join(', ')}`}
        </p>
      </blockquote>
    ))}
  </>
)

function QuestionForm({ incident }: { readonly incident: string }) {
  const text = useSignal('')
  const sending = useSending()
  async function submit(event: Event): Promise<void> {
    event.preventDefault()
    const asked = await sending.send(() => askQuestion(incident, text.value.trim()))
    if (asked !== null) text.value = ''
  }
  return (
    <form onSubmit={(event) => void submit(event)}>
      <LineField label={said.question} text={text} required maxLength={4096} />
      <button type="submit" disabled={sending.isBusy.value}>
        {said.askQuestion}
      </button>
      <Problem of={sending} />
    </form>
  )
}

function AnswerForm({ incident, question }: { readonly incident: string; readonly question: string }) {
  const text = useSignal('')
  const evidence = useSignal<readonly string[]>([])
  const sending = useSending()
  async function submit(event: Event): Promise<void> {
    event.preventDefault()
    const answer = { text: text.value.trim(), evidence: evidence.value }
    const answered = await sending.send(() => answerQuestion(incident, question, answer))
    if (answered !== null) text.value = ''
  }
  return (
    <details class="act">
      <summary>{said.answerIt}</summary>
      <form onSubmit={(event) => void submit(event)}>
        <TextField label={said.answer} text={text} required maxLength={4096} />
        <Citing incident={incident} label={said.cites} chosen={evidence} />
        <button type="submit" disabled={sending.isBusy.value}>
          {said.answerIt}
        </button>
        <Problem of={sending} />
      </form>
    </details>
  )
}
