import Type, { type Static } from 'typebox'
import { sourceStates } from '#domain/brief-sources'
import { analystVerdicts } from '#domain/investigation'
import { answeredByRules } from '#domain/sampling'
import { confidences } from '#domain/triage/assessment'
import { orNull, Time } from './parts.ts'

const text = Type.String({ minLength: 1, maxLength: 4096 })
const cites = {
  items: Type.String({ minLength: 1, maxLength: 2048 }),
  description:
    'Ids of evidence, ids or keys of findings, or `<finding key>#<member>`; each is in the incident’s record',
}

export const Investigations = Type.Object({
  investigations: Type.Array(
    Type.Object({
      incident: Type.String(),
      title: Type.String(),
      priority: orNull(Type.String()),
      account: Type.String(),
      region: Type.String(),
      answerBy: orNull(Time),
      isLate: Type.Boolean(),
      openedAt: Time,
      skills: Type.Array(Type.String(), { description: 'Groups with one of these names know about it' }),
      claim: orNull(Type.Object({ person: Type.String(), at: Time, until: Time })),
      suggested: orNull(
        Type.String({
          description: 'Of those who know about it, who holds the fewest claims; null when it is claimed',
        }),
      ),
    }),
  ),
  more: Type.Integer({ description: 'How many more there are' }),
})
export type Investigations = Static<typeof Investigations>

export const Claiming = orNull(
  Type.Object(
    {
      from: Type.Optional(Type.String({ description: 'Whom it is taken over from' })),
      reason: Type.Optional(text),
    },
    { additionalProperties: false },
  ),
)

export const Brief = Type.Object({
  incident: Type.String(),
  who: Type.Array(Type.String()),
  from: Type.Array(Type.String()),
  changed: Type.Array(Type.String()),
  reach: Type.Array(Type.String(), { description: 'What it can reach, as far as the record says' }),
  unseen: Type.Array(Type.String(), { description: 'What could not be seen, and why' }),
  sources: Type.Array(
    Type.Object({
      source: Type.String(),
      state: Type.Enum([...sourceStates]),
      text: Type.String(),
      evidence: Type.Array(Type.String()),
    }),
  ),
  similar: Type.Array(
    Type.Object({
      incident: Type.String(),
      title: Type.String(),
      about: Type.Enum(['entity', 'type']),
      status: Type.String(),
      verdict: orNull(Type.String()),
      closureCode: orNull(Type.String()),
      lessons: orNull(Type.String()),
      openedAt: Time,
    }),
    { description: 'Of the last 90 days, about the same entity or with the same type of finding' },
  ),
})
export type Brief = Static<typeof Brief>

export const AskingEvidence = orNull(Type.Object({}, { additionalProperties: false }))
export const AskedEvidence = Type.Object({
  incident: Type.String(),
  asked: Type.Integer({
    description: 'How many pieces are on their way by it; what was asked before is not asked twice',
  }),
})

export const NewVerdict = Type.Object(
  {
    verdict: Type.Enum([...analystVerdicts]),
    confidence: Type.Enum([...confidences]),
    conclusion: text,
    evidence: Type.Array(cites.items, {
      minItems: 1,
      maxItems: 100,
      uniqueItems: true,
      description: cites.description,
    }),
  },
  { additionalProperties: false },
)

export const NewQuestion = Type.Object({ text }, { additionalProperties: false })
export const NewAnswer = Type.Object(
  { text, evidence: Type.Optional(Type.Array(cites.items, { maxItems: 100, description: cites.description })) },
  { additionalProperties: false },
)
export const Added = Type.Object({ id: Type.String() })

export const investigated = {
  claims: Type.Array(
    Type.Object({
      person: Type.String(),
      at: Time,
      until: Time,
      endedAt: orNull(Time),
      end: orNull(Type.String({ description: '`released`, `taken-over`, `answered`, or `over` by its time' })),
    }),
  ),
  analystVerdicts: Type.Array(
    Type.Object({
      id: Type.String(),
      episode: Type.Integer(),
      person: Type.String(),
      verdict: Type.String(),
      confidence: Type.String(),
      conclusion: Type.String(),
      evidence: Type.Array(Type.String()),
      rulesVerdict: orNull(Type.String({ description: 'What the verdict was before' })),
      stands: Type.Boolean({ description: 'Whether it is the incident’s verdict, in the place of the rules’' }),
      at: Time,
    }),
  ),
  questions: Type.Array(
    Type.Object({
      id: Type.String(),
      person: Type.String(),
      text: Type.String(),
      at: Time,
      answers: Type.Array(
        Type.Object({
          id: Type.String(),
          person: Type.String(),
          text: Type.String(),
          evidence: Type.Array(Type.String()),
          at: Time,
        }),
      ),
    }),
  ),
  problems: Type.Array(Type.Object({ id: Type.String(), subject: Type.String(), owner: orNull(Type.String()) }), {
    description: 'What comes again with it; without an owner it cannot be closed as real',
  }),
}

export const Reviews = Type.Object({
  reviews: Type.Array(
    Type.Object({
      incident: Type.String(),
      title: Type.String(),
      verdict: Type.String(),
      reasons: Type.Array(Type.String()),
      owner: orNull(Type.String()),
      dueAt: Time,
      isLate: Type.Boolean(),
      drawnAt: Time,
    }),
  ),
})
export type Reviews = Static<typeof Reviews>
export const NewReview = Type.Object(
  { outcome: Type.Enum(['right', 'wrong']), note: Type.Optional(text) },
  { additionalProperties: false },
)
export const PrecisionView = Type.Object({
  precision: Type.Array(
    Type.Object({
      verdict: Type.Enum([...answeredByRules]),
      right: Type.Integer(),
      wrong: Type.Integer(),
      open: Type.Integer(),
      late: Type.Integer(),
      precision: orNull(Type.Number({ description: 'right / (right + wrong); null before anything was reviewed' })),
    }),
  ),
})
export type PrecisionView = Static<typeof PrecisionView>

const problem = {
  id: Type.String(),
  subject: Type.String(),
  openedAt: Time,
  owner: orNull(Type.String()),
  cause: orNull(Type.String()),
  explainedBy: orNull(Type.String()),
  explainedAt: orNull(Time),
  incidents: Type.Array(Type.String()),
}
export const ProblemView = Type.Object(problem)
export const ProblemList = Type.Object({ problems: Type.Array(ProblemView) })
export type ProblemList = Static<typeof ProblemList>
export const Explanation = Type.Object(
  { owner: Type.String({ minLength: 1, maxLength: 200, description: 'A person or a team' }), cause: text },
  { additionalProperties: false },
)
