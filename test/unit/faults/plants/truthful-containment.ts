import {
  type Draft,
  entriesOf,
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

/** A round of read-backs that the plan promises. */
function promised(draft: Draft, random: Random): Loose {
  return pick(
    tableOf(draft, 'verification').filter(({ round }) => Number(round) < 2),
    random,
  )
}

/** Takes away what a role read while the round was made. */
function unread(draft: Draft, random: Random): void {
  promised(draft, random)
  draft.calls = draft.calls.filter(({ principal }) => !String(principal).includes('CordonReader'))
}

export const truthfulContainmentPlants: Readonly<Record<string, Plant>> = {
  'a read-back is missing': (draft, random) =>
    void take(tableOf(draft, 'verification'), random, ({ round }) => Number(round) < 2),
  'a read-back found something': (draft, random) =>
    void (promised(draft, random)['discrepancies'] = [{ index: 0, discrepancies: ['it is as it was'] }]),
  'a read-back came before its time': (draft, random) => {
    const row = pick(
      tableOf(draft, 'verification').filter(
        ({ round, discrepancies }) => round === 1 && (discrepancies as unknown[]).length > 0,
      ),
      random,
    )
    row['at'] = shifted(row['at'], -2 * MINUTE_MS)
  },
  'a read-back came after the plan was said to be done': (draft, random) => {
    const row = promised(draft, random)
    row['at'] = shifted(row['at'], 2 * MINUTE_MS)
  },
  'a read-back looked at nothing': (draft, random) => {
    const rows = tableOf(draft, 'verification').filter(({ round }) => round === 0)
    pick(
      rows.filter(({ discrepancies }) => (discrepancies as unknown[]).length > 0),
      random,
    )['discrepancies'] = []
  },
  'a read-back was never seen in the account': unread,
  'a read-back was of another incident': (draft, random) => {
    promised(draft, random)
    for (const call of draft.calls)
      call['userAgent'] = String(call['userAgent']).replace(/cordon\/inc-\w+/, 'cordon/inc-1')
  },
  'an incident is contained and never was said to be': (draft, random) =>
    void (pick(
      tableOf(draft, 'incident').filter(({ verdict }) => verdict !== 'threat'),
      random,
    )['status'] = 'contained'),
  'an incident was said to be contained before anything held': (draft, random) =>
    rewriteEvent(pick(entriesOf(draft, 'incident.contained'), random), (event) => {
      event['seq'] = 0
    }),
  'the watch found something and nobody was told': (draft, random) => {
    const row = pick(
      tableOf(draft, 'verification').filter(({ round }) => round === 2),
      random,
    )
    row['discrepancies'] = [{ index: 0, discrepancies: ['it is as it was'] }]
    for (const one of tableOf(draft, 'containment')) one['released_at'] = null
    for (const one of tableOf(draft, 'plan')) one['undoes'] = null
  },
}
