import { entriesOf, type Plant, pick, rewriteEvent, tableOf, take } from '../planting.ts'

/** The change is there, and its event is not. */
const untold =
  (type: string): Plant =>
  (draft, random) =>
    void take(tableOf(draft, 'audit_entry'), random, (row) => row['type'] === type)

/** The event is there, and its change is not. */
const undone =
  (table: string): Plant =>
  (draft, random) =>
    void take(tableOf(draft, table), random)

export const toldTransitionsPlants: Readonly<Record<string, Plant>> = {
  ...Object.fromEntries(
    [
      'incident.opened',
      'incident.commented',
      'page.sent',
      'page.delivered',
      'verb.asked',
      'verb.answered',
      'evidence.collected',
      'plan.proposed',
      'plan.approved',
      'vote.cast',
      'step.intended',
      'step.applied',
      'step.verified',
      'permit.given',
      'permit.closed',
      'containment.held',
      'drill.started',
    ].map((type) => [`no ${type} tells of a change`, untold(type)]),
  ),
  ...Object.fromEntries(
    [
      'comment',
      'page',
      'verb_call',
      'evidence',
      'plan',
      'vote',
      'plan_step',
      'verification',
      'permit',
      'containment',
      'drill',
    ].map((table) => [`a ${table} of which the log tells is gone`, undone(table)]),
  ),
  'an event is told twice': (draft, random) =>
    void tableOf(draft, 'audit_entry').push({ ...pick(entriesOf(draft, /^(permit|vote)\./), random) }),
  'an event is about something else': (draft, random) =>
    rewriteEvent(pick(entriesOf(draft, 'permit.closed'), random), (event) => {
      event['refs'] = { permit: 'another' }
    }),
}
