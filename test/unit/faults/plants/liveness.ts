import { type Draft, type Loose, MINUTE_MS, type Plant, pick, type Random, shifted, tableOf } from '../planting.ts'

const early = (draft: Draft): string => shifted(draft.takenAt, -60 * MINUTE_MS)

/** An incident that nobody is called about, and that is not at its end. */
function forsaken(draft: Draft, random: Random, phase: string): void {
  const row = pick(tableOf(draft, 'incident'), random)
  Object.assign(row, { status: 'open', phase, verdict: 'threat', updated_at: early(draft), acknowledged_by: null })
  for (const table of ['task', 'page'])
    draft.tables[table] = tableOf(draft, table).filter(({ incident }) => incident !== row['id'])
}

const plan = (draft: Draft, random: Random, change: Loose): void => {
  const row = Object.assign(pick(tableOf(draft, 'plan'), random), change)
  for (const table of ['permit', 'plan_step', 'verification'])
    draft.tables[table] = tableOf(draft, table).filter((one) => one['plan'] !== row['hash'])
}

function history(draft: Draft, random: Random, change: (events: Loose[]) => void): void {
  const name = pick(Object.keys(draft.histories), random)
  const written = JSON.parse(draft.histories[name] ?? '') as { events: Loose[] }
  change(written.events)
  draft.histories[name] = JSON.stringify(written)
}

export const livenessPlants: Readonly<Record<string, Plant>> = {
  'an incident waits for nobody in triage': (draft, random) => forsaken(draft, random, 'triage'),
  'an incident waits for nobody in contain': (draft, random) => forsaken(draft, random, 'contain'),
  'an incident waits for nobody after the faults': (draft, random) => {
    forsaken(draft, random, 'prepare')
    draft.faultsEndedAt = shifted(draft.takenAt, -3 * MINUTE_MS)
  },
  'a plan waits after its decide-by': (draft, random) =>
    plan(draft, random, { status: 'proposed', decide_by: early(draft) }),
  'a plan is approved after its run-by': (draft, random) =>
    plan(draft, random, { status: 'approved', run_by: early(draft) }),
  'a plan is executing after its run-by': (draft, random) =>
    plan(draft, random, { status: 'executing', run_by: early(draft) }),
  'a wake was never handled': (draft, random) =>
    void Object.assign(pick(tableOf(draft, 'wake'), random), { requested: 1000, requested_at: early(draft) }),
  'a permit was never closed': (draft, random) =>
    void Object.assign(pick(tableOf(draft, 'permit'), random), { closed_at: null, opened_at: early(draft) }),
  'a workflow’s task fails again and again': (draft, random) =>
    history(draft, random, (events) => {
      const failed = Array.from({ length: 4 }, () => ({ eventType: 'EVENT_TYPE_WORKFLOW_TASK_FAILED' }))
      events.push(...failed)
    }),
  'a workflow failed': (draft, random) =>
    history(draft, random, (events) => void events.push({ eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_FAILED' })),
}
