import { setTimeout as pause } from 'node:timers/promises'
import { hexId } from '#simulator/identifiers'
import { HUB, REGIONS } from '#simulator/seed/organization'
import { fault } from '#simulator/services/absent'
import { putFinding } from '#simulator/services/guardduty/findings'
import { draftOver } from '#simulator/state/store'
import type { StoredFinding } from '#simulator/state/tables'
import type { SigningSecret } from '#simulator/wire/signature'
import { findText } from '#simulator/wire/xml-reader'
import { type AttackCall, type AttackerPlace, attempt } from './attacker.ts'
import type { Drill, DrillRun, DrillStarted } from './drills.ts'
import { prepareVictim, type Victim } from './victim.ts'

const ATTACKER_ADDRESS = '192.0.2.44'
const ATTACKER_AGENT = 'python-requests/2.31.0 enumerate-iam'
const SESSION_NAME = 'backup'
const AGAIN_AFTER_MS = 2000
const KEEPS_TRYING_MS = 60_000
const SEVERITY = 5

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
    const finding = await report(run, victim, firstSeen)
    return { ...startedBy(victim, finding.id), background: keepTrying(place, { secret, session }, run.signal) }
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

/** GuardDuty's finding, in the detector of the account and in the one of its administrator account. */
async function report({ world }: DrillRun, victim: Victim, firstSeen: number): Promise<StoredFinding> {
  const at = world.clock()
  const [region] = REGIONS
  const { account } = victim.user
  const { draft, changes } = draftOver(world.store.now())
  const detectorId = draft.get('detector', `${account}/${region}`)?.id ?? ''
  const stored = findingOf({ victim, detectorId, region, firstSeen, at })
  for (const holder of [account, HUB]) putFinding({ state: draft, account: holder, region }, stored)
  draft.put('delivery', stored.id, stored)
  await world.commit({ at, changes: changes(), trail: [] })
  return stored
}

interface Sighting {
  readonly victim: Victim
  readonly detectorId: string
  readonly region: string
  readonly firstSeen: number
  readonly at: number
}

function findingOf({ victim, detectorId, region, firstSeen, at }: Sighting): StoredFinding {
  const { user, key } = victim
  const id = hexId(32)
  const now = new Date(at).toISOString()
  const finding = {
    SchemaVersion: '2.0',
    AccountId: user.account,
    Region: region,
    Partition: 'aws',
    Id: id,
    Arn: `arn:aws:guardduty:${region}:${user.account}:detector/${detectorId}/finding/${id}`,
    Type: 'UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom',
    Title: 'API ListUsers was invoked from an IP address on a custom threat list.',
    Description: `API ListUsers was invoked from an IP address ${ATTACKER_ADDRESS} on the custom threat list known-attackers.`,
    Severity: SEVERITY,
    CreatedAt: now,
    UpdatedAt: now,
    Resource: {
      ResourceType: 'AccessKey',
      AccessKeyDetails: { AccessKeyId: key.id, PrincipalId: user.id, UserName: user.name, UserType: 'IAMUser' },
    },
    Service: {
      ServiceName: 'guardduty',
      DetectorId: detectorId,
      Action: { ActionType: 'AWS_API_CALL', AwsApiCallAction: apiCallOf() },
      Evidence: { ThreatIntelligenceDetails: [{ ThreatListName: 'known-attackers', ThreatNames: [] }] },
      ResourceRole: 'TARGET',
      AdditionalInfo: { Value: '{"threatListName":"known-attackers"}', Type: 'default' },
      EventFirstSeen: new Date(firstSeen).toISOString(),
      EventLastSeen: now,
      Archived: false,
      Count: 1,
    },
  }
  return { id, finding }
}

const apiCallOf = (): object => ({
  Api: 'ListUsers',
  CallerType: 'Remote IP',
  ServiceName: 'iam.amazonaws.com',
  UserAgent: ATTACKER_AGENT,
  RemoteIpDetails: {
    IpAddressV4: ATTACKER_ADDRESS,
    Organization: {
      Asn: '64496',
      AsnOrg: 'Documentation Network',
      Isp: 'Documentation Network',
      Org: 'Documentation Network',
    },
    Country: { CountryName: 'Nowhere' },
    City: { CityName: '' },
    GeoLocation: { Lat: 0, Lon: 0 },
  },
  AffectedResources: {},
})
