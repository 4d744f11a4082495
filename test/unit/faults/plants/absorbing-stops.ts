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
} from '../planting.ts'

/** A plan that ran, made one that was stopped before. */
function stopped(draft: Draft, random: Random, status: string): Loose {
  const permit = pick(tableOf(draft, 'permit'), random)
  const plan = pick(
    tableOf(draft, 'plan').filter(({ hash }) => hash === permit['plan']),
    random,
  )
  return Object.assign(plan, { status, closed_at: shifted(plan['approved_at'], -MINUTE_MS) })
}

/** A plan that nobody decided, with what must not follow. */
function expired(draft: Draft): Loose {
  const plan = {
    hash: 'e'.repeat(64),
    status: 'expired',
    approved_at: '2026-01-01T00:00:00Z',
    closed_at: shifted(draft.takenAt, -10 * MINUTE_MS),
  }
  tableOf(draft, 'plan').push(plan)
  return plan
}

export const absorbingStopsPlants: Readonly<Record<string, Plant>> = {
  'a denied plan was carried out': (draft, random) => void stopped(draft, random, 'denied'),
  'an expired plan was carried out': (draft, random) => void stopped(draft, random, 'expired'),
  'a superseded plan was carried out': (draft, random) => void stopped(draft, random, 'superseded'),
  'a plan was carried out that nobody approved': (draft, random) => {
    const { plan } = pick(tableOf(draft, 'permit'), random)
    for (const row of tableOf(draft, 'plan')) if (row['hash'] === plan) row['approved_at'] = null
  },
  'a plan is stopped and nothing says when': (draft) => void (expired(draft)['closed_at'] = null),
  'a permit was opened after the stop': (draft) => {
    const { hash: plan } = expired(draft)
    tableOf(draft, 'permit').push({ id: 'planted', plan, step: 0, opened_at: shifted(draft.takenAt, -MINUTE_MS) })
  },
  'a permit was given after the stop': (draft, random) => {
    const { hash: plan } = expired(draft)
    rewriteEvent(pick(entriesOf(draft, 'permit.given'), random), (event) => {
      event['refs'] = { ...(event['refs'] as Loose), plan }
      event['at'] = shifted(draft.takenAt, -MINUTE_MS)
    })
  },
  'a call was made after the stop': (draft, random) => {
    const { hash: plan } = expired(draft)
    const call = pick(
      draft.calls.filter(
        ({ access, principal }) => access === 'write' && /Cordon(Responder|Restorer)/.test(String(principal)),
      ),
      random,
    )
    const session = draft.state['session']?.[String(call['accessKeyId'])] ?? {}
    session['tags'] = { 'cordon:plan': plan, 'cordon:step': '0' }
    call['at'] = Date.parse(draft.takenAt)
  },
}
