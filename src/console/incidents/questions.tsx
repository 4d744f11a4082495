import { useSignal } from '@preact/signals'
import { useDraft, useDraftChoice } from '#console/parts/draft.ts'
import { TextField } from '#console/parts/field.tsx'
import { FormDialog } from '#console/parts/form-dialog.tsx'
import { SentForm } from '#console/parts/sent-form.tsx'
import { Ago } from '#console/parts/time.tsx'
import { isA } from '#console/shell/session.ts'
import { texts } from '#console/texts/texts.ts'
import { answerQuestion, askQuestion, type IncidentDetail } from './calls.ts'
import { Citations, Cited, Citing } from './citing.tsx'
import type { Piece } from './pieces.ts'

const { investigations: said } = texts

type Question = IncidentDetail['questions'][number]

/** What was asked about the incident, and what was answered, on what. */
export function Questions({ incident }: { readonly incident: IncidentDetail }) {
  const answering = useSignal<Question | null>(null)
  return (
    <>
      <QuestionList incident={incident} onAnswer={(question) => (answering.value = question)} />
      {answering.value !== null && (
        <AnswerDialog incident={incident.id} question={answering.value} onClose={() => (answering.value = null)} />
      )}
    </>
  )
}

interface ListProps {
  readonly incident: IncidentDetail
  readonly onAnswer: (question: Question) => void
}

function QuestionList({ incident: { id, questions }, onAnswer }: ListProps) {
  const list = (pieces: readonly Piece[]) => (
    <ol class="talk">
      {questions.map((question) => (
        <li key={question.id}>
          <QuestionBody question={question} pieces={pieces} />
          {isA('responder', 'approver') && (
            <button type="button" onClick={() => onAnswer(question)}>
              {said.answerIt}
            </button>
          )}
        </li>
      ))}
    </ol>
  )
  const isCited = questions.some(({ answers }) => answers.some(({ evidence }) => evidence.length > 0))
  return isCited ? <Citations incident={id}>{list}</Citations> : list([])
}

interface BodyProps {
  readonly question: Question
  readonly pieces: readonly Piece[]
}

const QuestionBody = ({ pieces, question: { person, at, text, answers } }: BodyProps) => (
  <>
    <strong>{person}</strong>{' '}
    <span class="quiet">
      <Ago at={at} />
    </span>
    <p class="prose">{text}</p>
    {answers.map((answer) => (
      <div key={answer.id} class="answer">
        <p class="prose">
          <strong>{answer.person}</strong> {answer.text}
        </p>
        <p class="quiet">
          <Ago at={answer.at} />
          {answer.evidence.length > 0 && ` · ${said.cites}`}
        </p>
        {answer.evidence.length > 0 && <Cited pieces={pieces} ids={answer.evidence} />}
      </div>
    ))}
  </>
)

interface AnswerDialogProps {
  readonly incident: string
  readonly question: Question
  readonly onClose: () => void
}

function AnswerDialog({ incident, question: { id, text: asked }, onClose }: AnswerDialogProps) {
  const text = useDraft(`answer.${id}`)
  const evidence = useDraftChoice(`answer.evidence.${id}`)
  function sent(): void {
    text.value = ''
    evidence.value = []
  }
  return (
    <FormDialog
      title={said.answerIt}
      action={said.answerIt}
      onClose={onClose}
      onSubmit={() => answerQuestion(incident, id, { text: text.value.trim(), evidence: evidence.value })}
      onSent={sent}
    >
      <p class="prose">{asked}</p>
      <TextField label={said.answer} text={text} required />
      <Citing incident={incident} label={said.cites} chosen={evidence} />
    </FormDialog>
  )
}

interface QuestionFormProps {
  readonly incident: string
  readonly onSent?: () => void
  readonly onCancel?: () => void
}

export function QuestionForm({ incident, onSent, onCancel }: QuestionFormProps) {
  const text = useDraft(`question.${incident}`)
  function sent(): void {
    text.value = ''
    onSent?.()
  }
  return (
    <SentForm
      action={said.askQuestion}
      onSubmit={() => askQuestion(incident, text.value.trim())}
      onSent={sent}
      onCancel={onCancel}
    >
      <TextField label={said.question} text={text} required />
    </SentForm>
  )
}
