import Type, { type Static } from 'typebox'
import { orNull, paging, Time } from './parts.ts'
import { ChangeView } from './policy.ts'

const Fact = Type.Object({
  fact: Type.String(),
  entry: Type.String({ description: 'The entry that says it' }),
  text: Type.String(),
})
const facts = {
  environment: orNull(Type.String()),
  criticality: Type.String(),
  owners: Type.Array(Type.String()),
  repositories: Type.Optional(Type.Array(Type.String(), { description: 'Where the assets come from' })),
  facts: Type.Array(Fact),
}

export const ContextView = Type.Object({
  version: Type.Integer(),
  digest: Type.String(),
  at: Time,
  change: orNull(Type.String({ description: 'The change by which it came into force; null when it only narrowed' })),
  source: Type.String({ description: 'Its YAML' }),
  entries: Type.Array(
    Type.Object(
      {
        id: Type.String(),
        kind: Type.String(),
        owner: Type.String(),
        reason: Type.String(),
        findings: Type.Integer({ description: 'Of how many findings it said something' }),
        lastAt: orNull(Time),
      },
      { description: 'As in the file, with how often it said something' },
    ),
  ),
})
export type ContextView = Static<typeof ContextView>

export const NewContext = Type.Object(
  {
    source: Type.String({ minLength: 1, maxLength: 2_000_000, description: 'The context’s YAML' }),
    reason: Type.Optional(orNull(Type.String({ maxLength: 4096 }))),
  },
  { additionalProperties: false },
)

export const AppliedContext = Type.Object({ kind: Type.Literal('applied'), digest: Type.String() })
export const ProposedContext = Type.Object({
  kind: Type.Literal('proposed'),
  widenings: Type.Array(Type.String(), {
    description: 'What of it could make a verdict milder or an incident quieter',
  }),
  change: ChangeView,
})

export const ContextQuestion = Type.Object(
  { finding: Type.String({ minLength: 1, maxLength: 1024 }) },
  { additionalProperties: false },
)
export const ContextExplanation = Type.Object({
  finding: Type.String(),
  type: Type.String(),
  incident: Type.String(),
  context: orNull(Type.String()),
  ...facts,
})

export const CasesQuery = Type.Object(
  { since: Type.String({ format: 'date-time' }), ...paging },
  { additionalProperties: false },
)
const material = {
  context: orNull(Type.String()),
  cases: Type.Array(Type.Object({ finding: Type.Unknown(), context: Type.Object(facts) })),
  beyond: Type.Integer({ description: 'How many more findings it has' }),
}

export const LabelsQuery = Type.Object(paging, { additionalProperties: false })
export const LabelList = Type.Object({
  labels: Type.Array(
    Type.Object({
      id: Type.String(),
      incident: Type.String(),
      person: Type.String(),
      verdict: Type.String(),
      confidence: Type.String(),
      conclusion: Type.String(),
      evidence: Type.Array(Type.String()),
      rulesVerdict: orNull(Type.String()),
      isCurrent: Type.Boolean({ description: 'Whether the incident has what it had when somebody concluded so' }),
      at: Time,
      priority: orNull(Type.String()),
      ...material,
    }),
  ),
  next: orNull(Type.String()),
})
export type LabelList = Static<typeof LabelList>
export const CaseList = Type.Object({
  incidents: Type.Array(
    Type.Object({
      incident: Type.String(),
      verdict: orNull(Type.String()),
      priority: orNull(Type.String()),
      openedAt: Time,
      ...material,
    }),
  ),
  next: orNull(Type.String()),
})
