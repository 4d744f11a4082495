import {
  entriesOf,
  eventIn,
  type Loose,
  MINUTE_MS,
  type Plant,
  pick,
  rewriteEvent,
  shifted,
  tableOf,
  take,
} from '../planting.ts'

const isOf =
  (kind: string) =>
  (call: Loose): boolean =>
    call['kind'] === kind

export const acknowledgedWordsPlants: Readonly<Record<string, Plant>> = {
  'a vote is gone': (draft, random) => void take(tableOf(draft, 'vote'), random),
  'a vote is another decision': (draft, random) =>
    void (pick(
      tableOf(draft, 'vote').filter(({ decision }) => decision === 'approve'),
      random,
    )['decision'] = 'deny'),
  'a vote is of somebody else': (draft, random) => void (pick(tableOf(draft, 'vote'), random)['person'] = 'responder'),
  'the log does not tell of a vote': (draft, random) =>
    void take(tableOf(draft, 'audit_entry'), random, ({ type }) => type === 'vote.cast'),
  'the log tells of another vote': (draft, random) =>
    rewriteEvent(pick(entriesOf(draft, 'vote.cast'), random), (event) => {
      event['body'] = { ...(event['body'] as Loose), decision: 'deny' }
    }),
  'the log tells of a vote that never was': (draft, random) => {
    const row = { ...pick(entriesOf(draft, 'vote.cast'), random) }
    rewriteEvent(row, (event) => {
      event['refs'] = { ...(event['refs'] as Loose), vote: 'planted' }
      event['seq'] = 1000
    })
    tableOf(draft, 'audit_entry').push(row)
  },
  'a client’s vote was never kept': (draft, random) => {
    const call = pick(draft.client.filter(isOf('vote')), random)
    draft.client.push({ ...call, subject: { ...(call['subject'] as Loose), person: 'approver3' } })
  },
  'a comment is gone': (draft, random) => void take(tableOf(draft, 'comment'), random),
  'a comment says something else': (draft, random) =>
    void (pick(tableOf(draft, 'comment'), random)['text'] = 'Never mind'),
  'the log does not tell of a comment': (draft, random) =>
    void take(tableOf(draft, 'audit_entry'), random, ({ type }) => type === 'incident.commented'),
  'an acknowledgement is gone': (draft, random) => {
    const call = pick(draft.client.filter(isOf('acknowledge')), random)
    const { incident } = call['subject'] as Loose
    pick(
      tableOf(draft, 'incident').filter(({ id }) => id === incident),
      random,
    )['acknowledged_by'] = null
  },
  'the log does not tell of an acknowledgement': (draft, random) =>
    void take(tableOf(draft, 'audit_entry'), random, ({ type }) => type === 'incident.acknowledged'),
  'a wish for an undo is gone': (draft) =>
    void draft.client.push({ kind: 'undo', result: 'ok', subject: { plan: 'lost' }, sentAt: draft.takenAt }),
  'a drill is gone': (draft, random) => void take(tableOf(draft, 'drill'), random),
  'a plan was approved without its quorum': (draft, random) => {
    const { hash } = pick(tableOf(draft, 'plan'), random)
    draft.tables['vote'] = tableOf(draft, 'vote').filter(({ plan }) => plan !== hash)
    draft.client = draft.client.filter(({ kind }) => kind !== 'vote')
    const isIts = (row: Loose): boolean => (eventIn(row)['refs'] as Loose)['plan'] === hash
    draft.tables['audit_entry'] = tableOf(draft, 'audit_entry').filter(
      (row) => row['type'] !== 'vote.cast' || !isIts(row),
    )
  },
  'a plan was approved long after its quorum': (draft, random) => {
    const plan = pick(
      tableOf(draft, 'plan').filter(({ approved_at }) => approved_at !== null),
      random,
    )
    plan['approved_at'] = shifted(plan['approved_at'], 5 * MINUTE_MS)
  },
  'a plan with its quorum is still proposed': (draft, random) =>
    void Object.assign(pick(tableOf(draft, 'plan'), random), { status: 'proposed', approved_at: null }),
  'a plan is denied and nobody denied it': (draft, random) =>
    void (pick(tableOf(draft, 'plan'), random)['status'] = 'denied'),
}
