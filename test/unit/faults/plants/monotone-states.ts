import {
  type Draft,
  entriesOf,
  eventIn,
  type Loose,
  MINUTE_MS,
  type Plant,
  pick,
  type Random,
  rewriteEvent,
  shifted,
  tableOf,
  take,
} from '../planting.ts'

/** Another event about the same, as the newest of its stream. */
function again(draft: Draft, random: Random, type: RegExp, become?: string): void {
  const row = { ...pick(entriesOf(draft, type), random) }
  rewriteEvent(row, (event) => {
    event['seq'] = 10_000
    event['type'] = become ?? event['type']
  })
  tableOf(draft, 'audit_entry').push(row)
}

const gone =
  (type: RegExp): Plant =>
  (draft, random) =>
    void take(tableOf(draft, 'audit_entry'), random, (row) => type.test(String(row['type'])))

export const monotoneStatesPlants: Readonly<Record<string, Plant>> = {
  'a plan was proposed again': (draft, random) => again(draft, random, /^plan\.proposed$/),
  'a plan was approved after its end': (draft, random) => again(draft, random, /^plan\.done$/, 'plan.approved'),
  'a plan expired after its end': (draft, random) => again(draft, random, /^plan\.done$/, 'plan.expired'),
  'a plan was never approved': gone(/^plan\.approved$/),
  'a plan never began': gone(/^plan\.executing$/),
  'a plan never ended': gone(/^plan\.done$/),
  'a plan is not what its events say': (draft, random) =>
    void (pick(tableOf(draft, 'plan'), random)['status'] = 'failed'),
  'a plan ended before it was proposed': (draft, random) => {
    const plan = pick(tableOf(draft, 'plan'), random)
    plan['closed_at'] = shifted(plan['proposed_at'], -MINUTE_MS)
  },
  'a step was applied twice': (draft, random) => again(draft, random, /^step\.applied$/),
  'a step was intended twice': (draft, random) => again(draft, random, /^step\.intended$/),
  'a step was never applied': gone(/^step\.applied$/),
  'a step is not what its events say': (draft, random) =>
    void (pick(tableOf(draft, 'plan_step'), random)['status'] = 'failed'),
  'a permit was given twice': (draft, random) => again(draft, random, /^permit\.given$/),
  'a permit was resumed after its end': (draft, random) => again(draft, random, /^permit\.given$/, 'permit.resumed'),
  'a permit never ended': gone(/^permit\.closed$/),
  'a permit is at another attempt': (draft, random) => void (pick(tableOf(draft, 'permit'), random)['attempt'] = 7),
  'a permit ended without an outcome': (draft, random) =>
    void (pick(tableOf(draft, 'permit'), random)['outcome'] = null),
  'an incident was opened twice': (draft, random) => again(draft, random, /^incident\.opened$/),
  'an incident went back a phase': (draft, random) => {
    const row = { ...pick(entriesOf(draft, 'incident.phase').filter(isNotFirst), random) }
    rewriteEvent(row, (event) =>
      Object.assign(event, { seq: 10_000, body: { ...(event['body'] as Loose), phase: 'prepare' } }),
    )
    tableOf(draft, 'audit_entry').push(row)
  },
  'an incident is in another phase than its events say': (draft, random) =>
    void (pick(tableOf(draft, 'incident'), random)['phase'] = 'prepare'),
  'an incident is in another episode than its events say': (draft, random) =>
    void (pick(tableOf(draft, 'incident'), random)['episode'] = 2),
}

const isNotFirst = (row: Loose): boolean => (eventIn(row)['body'] as Loose)['phase'] !== 'prepare'
