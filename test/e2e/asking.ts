import type { CallRow } from '#simulator/calls'
import { ask as askOnce } from '../support/ask.ts'
import { controlOf, type Home, until } from './installation.ts'

export interface PlanSeen {
  readonly hash: string
  readonly kind: string
  readonly status: string
  readonly votes: readonly unknown[]
}

export interface IncidentSeen {
  readonly id: string
  readonly status: string
  readonly build: string
  readonly runbook: string | null
}

/** Asks a home as a person of the demo. Throws what was answered when it is no success. */
export async function ask<T>(home: Home, who: string, path: string, body?: object): Promise<T> {
  const asked = { url: `http://127.0.0.1:${home.port}`, token: home.ready().tokens[who] }
  const answer = await askOnce(asked, path, body)
  if (answer.status >= 300) throw new Error(`${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`)
  return answer.body as T
}

export const incidentOf = (home: Home, id: string) => ask<IncidentSeen>(home, 'responder', `/api/incidents/${id}`)

export const plansOf = async (home: Home, id: string): Promise<readonly PlanSeen[]> =>
  (await ask<{ readonly plans: readonly PlanSeen[] }>(home, 'responder', `/api/incidents/${id}/plans`)).plans

/** Plays the attack in an account; returns its incident as soon as a plan waits for votes. */
export async function attack(home: Home, account = '111122223333'): Promise<string> {
  const { findingId } = await ask<{ findingId: string }>(home, 'responder', '/api/drills', {
    name: 'stolen-access-key',
    account,
  })
  let id = ''
  await until(async () => {
    const path = `/api/incidents?finding=${encodeURIComponent(findingId)}`
    const { incidents } = await ask<{ incidents: readonly IncidentSeen[] }>(home, 'responder', path)
    id = incidents[0]?.id ?? ''
    return id !== '' && (await plansOf(home, id)).some(({ status }) => status === 'proposed')
  })
  return id
}

export async function approve(home: Home, hash: string): Promise<void> {
  for (const who of ['approver1', 'approver2'])
    await ask(home, who, `/api/plans/${hash}/votes`, { decision: 'approve' })
}

/** Approves whatever waits for votes until the incident has the status. */
export async function approveUntil(home: Home, id: string, status: string): Promise<void> {
  await until(async () => {
    for (const plan of (await plansOf(home, id)).filter((one) => one.status === 'proposed'))
      await approve(home, plan.hash).catch((error: unknown) => {
        // Superseded at this moment: the next one waits already.
        if (!String(error).includes(' 409')) throw error
      })
    return (await incidentOf(home, id)).status === status
  })
}

/** What Cordon’s writing roles changed in the accounts, oldest first. */
export async function changes(home: Home): Promise<readonly string[]> {
  const { calls } = (await controlOf(home)('GET', 'calls?access=write&outcome=allowed')) as {
    readonly calls: readonly CallRow[]
  }
  return calls.filter(({ principal }) => /Cordon(Responder|Restorer)/.test(principal)).map(({ operation }) => operation)
}
