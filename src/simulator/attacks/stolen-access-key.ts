import { setTimeout as pause } from 'node:timers/promises'
import { fault } from '#simulator/services/absent'
import type { SigningSecret } from '#simulator/wire/signature'
import { findText } from '#simulator/wire/xml-reader'
import { type AttackCall, type AttackerPlace, attempt } from './attacker.ts'
import type { Drill, DrillStarted } from './drills.ts'
import { keyFinding } from './key-finding.ts'
import { reportFinding } from './reported-finding.ts'
import { prepareVictim, type Victim } from './victim.ts'

const ATTACKER_ADDRESS = '192.0.2.44'
const ATTACKER_AGENT = 'python-requests/2.31.0 enumerate-iam'
const SESSION_NAME = 'backup'
const AGAIN_AFTER_MS = 2000
const KEEPS_TRYING_MS = 60_000

/** Somebody uses the key of a deployment user from outside, looks around and assumes the role that the user may assume. */
export const stolenAccessKey: Drill = {
  title: 'Somebody outside uses an IAM user’s access key and the role it may assume',
  defaultAccount: '111122223333',
  async run(run) {
    const victim = await prepareVictim(run.world, run.account)
    const place = { ...run, sourceAddress: ATTACKER_ADDRESS, userAgent: ATTACKER_AGENT }
    const secret = { accessKeyId: victim.key.id, secretAccessKey: victim.key.secret }
    const firstSeen = run.world.clock()
    const session = await lookAround(place, secret, victim.roleArn)
    const seen = { victim, firstSeen, api: asUser.action, address: ATTACKER_ADDRESS, userAgent: ATTACKER_AGENT }
    const findingId = await reportFinding(run.world, victim.user.account, () => keyFinding(seen))
    return { ...startedBy(victim, findingId), background: keepTrying(place, { secret, session }, run.signal) }
  },
}

const startedBy = ({ user, key }: Victim, findingId: string): Omit<DrillStarted, 'background'> => ({
  findingId,
  account: user.account,
  user: user.name,
  accessKeyId: key.id,
})

/** The calls of the first minutes; answers with the session of the role. */
async function lookAround(place: AttackerPlace, secret: SigningSecret, roleArn: string): Promise<SigningSecret> {
  await attempt(place, secret, { service: 'sts', action: 'GetCallerIdentity' })
  await attempt(place, secret, { service: 's3', action: 'ListBuckets' })
  await attempt(place, secret, { service: 'iam', action: 'ListUsers' })
  const assumed = await attempt(place, secret, {
    service: 'sts',
    action: 'AssumeRole',
    parameters: { RoleArn: roleArn, RoleSessionName: SESSION_NAME },
  })
  if (assumed.outcome === 'refused')
    throw fault('DrillFailed', `The stolen key could not assume ${roleArn} (HTTP ${assumed.status}).`, 409)
  const session = {
    accessKeyId: findText(assumed.reply, 'AccessKeyId') ?? '',
    secretAccessKey: findText(assumed.reply, 'SecretAccessKey') ?? '',
    sessionToken: findText(assumed.reply, 'SessionToken') ?? '',
  }
  for (const call of asRole) await attempt(place, session, call)
  return session
}

const asUser: AttackCall = { service: 'iam', action: 'ListUsers' }
const asRole: readonly AttackCall[] = [
  { service: 'iam', action: 'ListRoles' },
  { service: 's3', action: 'ListBuckets' },
]

/** Tries on with both credentials, so that a containment shows: first they answer, then they are refused. Creates nothing. */
async function keepTrying(
  place: AttackerPlace,
  { secret, session }: { readonly secret: SigningSecret; readonly session: SigningSecret },
  signal: AbortSignal,
): Promise<void> {
  const tries = KEEPS_TRYING_MS / AGAIN_AFTER_MS
  for (let count = 0; count < tries; count += 1) {
    const stopped = await pause(AGAIN_AFTER_MS, false, { signal, ref: false }).catch(() => true)
    if (stopped) return
    // An attacker does not mind a failed try; what came of each is in the trail.
    await Promise.allSettled([attempt(place, secret, asUser), ...asRole.map((call) => attempt(place, session, call))])
  }
}
