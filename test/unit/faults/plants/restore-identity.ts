import { type Draft, hexOf, type Loose, type Plant, pick, planIn, type Random, tableOf } from '../planting.ts'

/** A permit of an undo, and an effect in it. */
function undoing(draft: Draft, random: Random): { readonly permit: Loose; readonly change: Loose } {
  const undos = tableOf(draft, 'plan').filter(({ purpose, status }) => purpose === 'undo' && status === 'done')
  const hashes = undos.map(({ hash }) => hash)
  const permits = tableOf(draft, 'permit').filter(({ plan }) => hashes.includes(plan))
  const permit = pick(
    permits.filter(({ outcome }) => callsIn(outcome).length > 0),
    random,
  )
  return { permit, change: pick(callsIn(permit['outcome']), random)['change'] as Loose }
}

const callsIn = (outcome: unknown): Loose[] => (outcome as { calls?: Loose[] } | null)?.calls ?? []

const released = (draft: Draft, random: Random): Loose =>
  pick(
    tableOf(draft, 'containment').filter(({ released_by }) => released_by !== null),
    random,
  )

export const restoreIdentityPlants: Readonly<Record<string, Plant>> = {
  'an undo left another value': (draft, random) => void (undoing(draft, random).change['after'] = 'something else'),
  'an undo found another value': (draft, random) => void (undoing(draft, random).change['before'] = 'something else'),
  'an undo changed another thing': (draft, random) => void (undoing(draft, random).change['field'] = 'somethingElse'),
  'an undo put nothing back': (draft, random) => {
    const { permit } = undoing(draft, random)
    permit['outcome'] = { ...(permit['outcome'] as Loose), calls: [] }
  },
  'a step of an undo has no permit': (draft, random) => {
    const { permit } = undoing(draft, random)
    draft.tables['permit'] = tableOf(draft, 'permit').filter((row) => row !== permit)
  },
  'the undone plan recorded another value from before': (draft, random) => {
    const { permit } = undoing(draft, random)
    const undo = pick(
      tableOf(draft, 'plan').filter(({ hash }) => hash === permit['plan']),
      random,
    )
    const originals = tableOf(draft, 'permit').filter(
      ({ plan, target_key }) => plan === undo['undoes'] && target_key === permit['target_key'],
    )
    for (const { outcome } of originals)
      for (const call of callsIn(outcome)) (call['change'] as Loose)['before'] = 'something else'
  },
  'the accounts still show the policy': (draft, random) => {
    undoing(draft, random)
    const principals = [...Object.values(draft.state['user'] ?? {}), ...Object.values(draft.state['role'] ?? {})]
    for (const one of principals.filter(({ name }) => name === 'deploy-bot' || name === 'shop-deploy'))
      one['inline'] = { ...(one['inline'] as Loose), CordonDenyAll: 'left', CordonRevokeSessions: 'left' }
  },
  'a containment is not released': (draft, random) => {
    const row = released(draft, random)
    Object.assign(row, { released_at: null, released_by: null, release_reason: null })
  },
  'a containment is released for another reason': (draft, random) =>
    void (released(draft, random)['release_reason'] = 'accepted-risk'),
  'an undo promises to put back more': (draft, random) => {
    const { permit } = undoing(draft, random)
    const row = pick(
      tableOf(draft, 'plan').filter(({ hash }) => hash === permit['plan']),
      random,
    )
    const plan = planIn(row)
    const steps = (plan['steps'] as Loose[]).map((step) => {
      const calls = step['calls'] as Loose[]
      return { ...step, calls: [...calls, { ...calls[0], change: { field: 'more', before: 'a', after: 'b' } }] }
    })
    row['bytes'] = hexOf({ ...plan, steps })
  },
}
