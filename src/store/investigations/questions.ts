import type { Database } from '#store/database/database'
import { refusal } from '#store/database/refusal'
import { lockIncident, type PersonsVerb } from '#store/incidents/incident-verbs'
import { record } from '#store/log/events'
import { requireCited } from './cited.ts'

/** Keeps a question that whoever investigates has to answer; its id. Throws `not_found`. */
export const askQuestion = (db: Database, { incident, person, text }: PersonsVerb & { readonly text: string }) =>
  db.transaction().execute(async (tx) => {
    await lockIncident(tx, incident)
    const { id } = await tx
      .insertInto('question')
      .values({ incident, person: person.id, text })
      .returning('id')
      .executeTakeFirstOrThrow()
    await record(tx, {
      stream: incident,
      type: 'question.asked',
      actor: { kind: 'person', id: person.id },
      text: `${person.name} asks: ${text}`,
      refs: { question: id },
    })
    return id
  })

export interface NewAnswer extends PersonsVerb {
  readonly question: string
  readonly text: string
  readonly evidence: readonly string[]
}

/** Keeps an answer beside the ones before it; its id. Throws `not_found`, and `unprocessable` when it cites what the record does not have. */
export const answerQuestion = (db: Database, { incident, person, question, text, evidence }: NewAnswer) =>
  db.transaction().execute(async (tx) => {
    await lockIncident(tx, incident)
    const asked = await tx
      .selectFrom('question')
      .select('text')
      .where('id', '=', question)
      .where('incident', '=', incident)
      .executeTakeFirst()
    if (asked === undefined) throw refusal('not_found', `Incident ${incident} has no question ${question}`)
    await requireCited(tx, incident, evidence)
    const { id } = await tx
      .insertInto('answer')
      .values({ question, person: person.id, text, evidence: [...evidence] })
      .returning('id')
      .executeTakeFirstOrThrow()
    await record(tx, {
      stream: incident,
      type: 'question.answered',
      actor: { kind: 'person', id: person.id },
      text: `${person.name} answers “${asked.text}”: ${text}`,
      refs: { question, answer: id },
      body: { evidence: [...evidence] },
    })
    return id
  })

/** Every question about the incident with its answers, oldest first. */
export async function questionsOn(db: Database, incident: string) {
  const [questions, answers] = await Promise.all([
    db.selectFrom('question').selectAll().where('incident', '=', incident).orderBy('at').execute(),
    db
      .selectFrom('answer')
      .innerJoin('question', 'question.id', 'answer.question')
      .selectAll('answer')
      .where('question.incident', '=', incident)
      .orderBy('answer.at')
      .execute(),
  ])
  return questions.map(({ id, person, text, at }) => ({
    id,
    person,
    text,
    at: at.toISOString(),
    answers: answers
      .filter(({ question }) => question === id)
      .map((answer) => ({
        id: answer.id,
        person: answer.person,
        text: answer.text,
        evidence: answer.evidence,
        at: answer.at.toISOString(),
      })),
  }))
}
