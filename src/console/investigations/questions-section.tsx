import type { IncidentDetail } from '#console/incidents/calls.ts'
import { QuestionForm, Questions } from '#console/incidents/questions.tsx'
import { isA } from '#console/shell/session.ts'
import { texts } from '#console/texts/texts.ts'

const { investigations: said } = texts

/** What was asked about the incident, and the form to ask. */
export const QuestionsSection = ({ incident }: { readonly incident: IncidentDetail }) => (
  <section aria-labelledby="questions">
    <h2 id="questions">{said.questions}</h2>
    {incident.questions.length === 0 && <p class="quiet">{said.noQuestions}</p>}
    <Questions incident={incident} />
    {isA('responder', 'approver') && <QuestionForm incident={incident.id} />}
  </section>
)
