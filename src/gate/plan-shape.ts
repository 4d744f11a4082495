import type { Json } from '#domain/json'
import type { Plan } from '#domain/plan'

type Shape = (value: unknown) => boolean

const text: Shape = (value) => typeof value === 'string'
const count: Shape = (value) => Number.isSafeInteger(value) && Number(value) >= 0
const list =
  (of: Shape): Shape =>
  (value) =>
    Array.isArray(value) && value.every(of)
const members =
  (of: Readonly<Record<string, Shape>>): Shape =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(of).every(([name, is]) => is((value as Readonly<Record<string, unknown>>)[name]))

const call = members({
  operation: text,
  permissions: list(text),
  resource: text,
  change: members({ field: text }),
})

const step = members({
  index: count,
  action: text,
  direction: text,
  region: text,
  target: members({ kind: text, account: text }),
  before: members({}),
  calls: list(call),
})

const plan = members({
  incident: text,
  proposer: text,
  policyDigest: text,
  buildId: text,
  catalogueDigest: text,
  proposedAt: text,
  decideBy: text,
  runWithinMs: count,
  quorum: members({ required: count, groups: count }),
  steps: list(step),
})

/** Whether the value has what the gate reads of a plan. Whoever stores plans may store anything; what it says is judged member by member. */
export const hasPlanShape = (value: Json): value is Plan & Json => plan(value)
