import { keepVerdict } from '#store/incidents/judging'
import { materialOf } from '#store/incidents/material'
import { judgeMaterial } from '#workflows/judge-material'
import { finding } from './findings-made.ts'
import type { World } from './world.ts'

/** Judges the incident by the shipped rules and keeps what they say, as its workflow does. */
export async function judgeNow(world: World, incident: string, episode = 1): Promise<string> {
  const material = await materialOf(world.owner, incident)
  const { verdict } = await keepVerdict(world.owner, {
    incident,
    episode,
    context: material.context,
    uses: [],
    judgement: judgeMaterial(material),
  })
  return verdict
}

const kinds = {
  inconclusive: { type: 'Persistence:IAMUser/AnomalousBehavior', severity: 5 },
  urgent: { type: 'Unheard:IAMUser/OfAnybody', severity: 8 },
  threat: { type: 'UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom', severity: 8 },
  posture: { type: 'Policy:IAMUser/RootCredentialUsage', severity: 2 },
} as const

export interface Wish {
  readonly user: string
  readonly id?: string
  readonly kind?: keyof typeof kinds
  readonly updatedAt?: string
}

/** Sends a finding that the shipped rules judge so, and has its incident judged. */
export async function judgedIncident(world: World, { user, kind = 'inconclusive', ...wish }: Wish): Promise<string> {
  const incident = await sendOnly(world, { user, kind, ...wish })
  await judgeNow(world, incident)
  return incident
}

/** The same, with nobody who judges it yet. */
export async function sendOnly(
  world: World,
  { user, kind = 'inconclusive', id = user, ...wish }: Wish,
): Promise<string> {
  const { body } = await world.call('POST', '/api/findings', 'intake', {
    ...finding({ ...wish, id, user }),
    ...kinds[kind],
  })
  return body.incidents[0].incident
}
