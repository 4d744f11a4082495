import type { DemoPerson } from '#store/demo'
import { finding } from '../integration/api/findings-made.ts'
import { eventually, type Reply, type World } from './world.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- documents of the API
export type Document = any

/** A stolen key in a simulated production account, reported to Cordon; the id of its incident. */
export async function stealKey(world: World, account?: string): Promise<string> {
  const where = account === undefined ? {} : { account }
  const { findingId } = await world.simulator.startDrill('stolen-access-key', where)
  return eventually(`an incident for finding ${findingId}`, async () => {
    const { body } = await world.call('GET', `/api/incidents?finding=${findingId}`, 'responder')
    return body.incidents[0]?.id as string | undefined
  })
}

export const incidentOf = async (world: World, id: string): Promise<Document> =>
  (await world.call('GET', `/api/incidents/${id}`, 'responder')).body

export const plansOf = async (world: World, id: string): Promise<readonly Document[]> =>
  (await world.call('GET', `/api/incidents/${id}/plans`, 'responder')).body.plans

export const timelineOf = async (world: World, id: string): Promise<readonly Document[]> =>
  (await world.call('GET', `/api/incidents/${id}/timeline?limit=500`, 'responder')).body.events

/** Waits for a plan of the incident that is so. */
export const planThat = (
  world: World,
  id: string,
  what: string,
  isIt: (plan: Document) => boolean,
): Promise<Document> => eventually(`a plan that ${what}: ${id}`, async () => (await plansOf(world, id)).find(isIt))

/** Waits until the incident’s workflow has read everything that was asked of it. */
export const wakeHandled = (world: World, id: string): Promise<true> =>
  eventually('a wake that was handled', async () => {
    const wake = await world.owner
      .selectFrom('wake')
      .select(['requested', 'handled'])
      .where('incident', '=', id)
      .executeTakeFirstOrThrow()
    return wake.requested === wake.handled ? true : undefined
  })

/** Waits for the next plan that waits for votes. */
export const openPlan = (world: World, id: string): Promise<Document> =>
  planThat(world, id, 'waits for votes', ({ status }) => status === 'proposed')

export const vote = (world: World, hash: string, who: DemoPerson, decision = 'approve'): Promise<Reply> =>
  world.call('POST', `/api/plans/${hash}/votes`, who, { decision, reason: 'test' })

export async function approve(world: World, hash: string): Promise<void> {
  await vote(world, hash, 'approver1')
  await vote(world, hash, 'approver2')
}

/** Approves every plan until the incident is so. */
export const approveUntil = (world: World, id: string, isSo: (incident: Document) => boolean): Promise<Document> =>
  eventually(`the end of incident ${id}`, async () => {
    for (const { hash, status } of await plansOf(world, id)) if (status === 'proposed') await approve(world, hash)
    const incident = await incidentOf(world, id)
    return isSo(incident) ? incident : null
  })

/** What Cordon changed in the account for an incident, in order; assuming a role changes nothing. */
export async function writesFor(world: World, incident: string): Promise<readonly string[]> {
  const calls = await world.simulator.calls({ access: 'write' })
  return calls
    .filter(({ userAgent, operation }) => userAgent.includes(incident) && !operation.startsWith('sts:'))
    .map(({ operation }) => operation)
}

/** Waits until the incident is so. */
export const incidentThat = (
  world: World,
  id: string,
  what: string,
  isIt: (incident: Document) => boolean,
): Promise<Document> =>
  eventually(`an incident that ${what}`, async () => {
    const incident = await incidentOf(world, id)
    return isIt(incident) ? incident : undefined
  })

/** The finding of a simulated theft as the rules cannot judge it, in an incident of its own. */
export async function unsureTheft(world: World): Promise<Document> {
  const theft = await stealKey(world)
  const { body } = await world.call('GET', `/api/incidents/${theft}/findings`, 'responder')
  const { credential } = body.findings[0].finding
  await world.call('POST', `/api/incidents/${theft}/close`, 'responder', { code: 'false-positive' })
  const { user } = credential
  const one = {
    ...finding({ id: 'unsure', user: user.name, account: user.account }),
    type: 'CredentialAccess:IAMUser/AnomalousBehavior',
    severity: 5,
    resource: {
      resourceType: 'AccessKey',
      accessKeyDetails: {
        accessKeyId: credential.accessKeyId,
        principalId: user.userId,
        userName: user.name,
        userType: 'IAMUser',
      },
    },
  }
  const sent = await world.call('POST', '/api/findings', 'intake', one)
  return incidentThat(world, sent.body.incidents[0].incident, 'waits for a person', ({ tasks }) => tasks.length > 0)
}
