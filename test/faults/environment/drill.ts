import { type Asking, type Document, eventually } from './asking.ts'

export type DrillName = 'stolen-access-key' | 'mining-instance'

/** A drill under way: its incident, and when it began by this machine’s clock. */
export interface Drill {
  readonly incident: string
  readonly findingId: string
  readonly account: string
  readonly user: string
  readonly accessKeyId: string
  readonly began: number
}

/** Plays an attack and waits for its incident. */
export async function startDrill(asking: Asking, name: DrillName, account?: string): Promise<Drill> {
  const began = Date.now()
  const started = await eventually(`the drill ${name}`, async () => {
    const { status, body } = await asking.ask('/api/drills', 'responder', {
      name,
      ...(account === undefined ? {} : { account }),
    })
    return status < 300 && body
  })
  const incident = await eventually(`the incident of finding ${started.findingId}`, async () => {
    const { body } = await asking.ask(`/api/incidents?finding=${started.findingId}`, 'responder')
    return body.incidents[0]?.id as string | undefined
  })
  return { ...started, incident, began }
}

export const openPlan = (asking: Asking, incident: string, patienceMs?: number): Promise<Document> =>
  eventually(
    `a plan of ${incident} that waits for votes`,
    async () => (await asking.plans(incident)).find(({ status }) => status === 'proposed'),
    patienceMs,
  )

export async function approve(asking: Asking, hash: string): Promise<void> {
  for (const who of ['approver1', 'approver2'] as const)
    await asking.ask(`/api/plans/${hash}/votes`, who, { decision: 'approve', reason: 'test' })
}

/** Approves whatever waits for votes until the incident is so. */
export const approveUntil = (
  asking: Asking,
  incident: string,
  isSo: (incident: Document) => boolean,
  patienceMs?: number,
): Promise<Document> =>
  eventually(
    `the end of incident ${incident}`,
    async () => {
      for (const { hash, status } of await asking.plans(incident))
        if (status === 'proposed') await approve(asking, hash)
      const seen = await asking.incident(incident)
      return isSo(seen) && seen
    },
    patienceMs,
  )

export const toRecovery = (asking: Asking, incident: string, patienceMs?: number): Promise<Document> =>
  approveUntil(asking, incident, ({ status }) => status === 'recovered', patienceMs)

/** The plans of an incident and what Cordon changed in the account for it, as they are without any fault. */
export async function courseOf(asking: Asking, incident: string) {
  const plans = await asking.plans(incident)
  return {
    plans: plans.map(({ kind, status }) => `${kind} ${status}`),
    writes: (await writesFor(asking, incident)).map(({ operation }) => operation).toSorted(),
  }
}

/** Every change that Cordon made for an incident, in order; assuming a role changes nothing. */
export async function writesFor(asking: Asking, incident: string) {
  const calls = await asking.calls({ access: 'write', outcome: 'allowed' })
  return calls.filter(({ userAgent, operation }) => userAgent.includes(incident) && !operation.startsWith('sts:'))
}

const ATTACKER = /enumerate-iam|aws-sdk-go|xmrig|curl/

/** Every request of Cordon’s since then, also those that were refused. */
export async function requestsSince(asking: Asking, began: number) {
  const calls = await asking.calls({ since: String(began) })
  return calls.filter(({ userAgent }) => !ATTACKER.test(userAgent))
}
