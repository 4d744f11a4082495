import type { Aws } from '#activities/aws/clients'
import { requireRole } from '#activities/aws/identity'
import { sessionsId } from '#domain/catalogue/deny-instance-sessions'
import type { Activity, EvidenceKinds, ObservedCall } from '#domain/evidence'
import type { LogPlace } from '#domain/logs/log-place'
import type { IamRole, IamUser, InstanceSessions, Principal } from '#domain/targets'
import { clock } from '#store/database/clock'
import type { Database } from '#store/database/database'
import { accountPlace } from '#store/plans/planned-steps'
import { type Found, type LookUp, lookUp, type Regional } from './look-up.ts'
import { roleOpened } from './role-opened.ts'
import type { OpenedSession, TrailEvent } from './trail-event.ts'

export interface EvidenceDeps {
  readonly db: Database
  readonly aws: Aws
  /** Where the organisation’s logs are; undefined when Cordon is not to read them. */
  readonly logs?: LogPlace | undefined
}

export interface Asked {
  readonly incident: string
  readonly question: EvidenceKinds['activityOf']['question']
  readonly signal: AbortSignal
}

const MS_PER_HOUR = 3_600_000
/** Role sessions whose calls are looked up too, the newest ones. */
const MOST_SESSIONS = 5
/** Temporal carries the answer; a busy principal’s calls would not fit. */
const MOST_CALLS = 1_000

/** What a principal did, and the role sessions that it opened, by CloudTrail’s event history; and what that does not show. */
export async function activityOf(deps: EvidenceDeps, { incident, question, signal }: Asked): Promise<Activity> {
  const { principal, hours } = question
  const { partition, regions, externalId } = await accountPlace(deps.db, principal.account)
  // By its own clock, an executor whose clock is behind would not see what just happened.
  const to = new Date(await clock(deps.db))
  const from = new Date(to.getTime() - hours * MS_PER_HOUR)
  const looked = [...new Set([...regions, globalRegion[partition] ?? regions[0] ?? ''])]
  const places = await Promise.all(
    looked.map(async (region): Promise<Regional> => {
      const place = { account: principal.account, region, incident, partition, externalId }
      return { account: principal.account, region, read: await deps.aws.read(place) }
    }),
  )
  const look: Look = (key, value) => lookUp({ regions: places, key, value, from, signal })
  const own = await callsOf(principal, look, places)
  const { roles, ...found } = await followSessions(look, own, places)
  const opened = roles.filter(({ roleId }) => principal.kind !== 'iam-role' || roleId !== principal.roleId)
  return answer({ ...found, roles: opened }, { from, to, looked })
}

type Look = (key: LookUp['key'], value: string) => Promise<Found>

/** Where the events of global services are. Source: CloudTrail, global service events. */
const globalRegion: Readonly<Record<string, string>> = {
  aws: 'us-east-1',
  'aws-us-gov': 'us-gov-west-1',
  'aws-cn': 'cn-north-1',
}

interface Seen extends Found {
  /** Sessions of roles that the principal opened, or that are the principal. */
  readonly sessions: readonly OpenedSession[]
}

function callsOf(principal: Principal, look: Look, places: readonly Regional[]): Promise<Seen> {
  switch (principal.kind) {
    case 'iam-user':
      return callsOfUser(look, principal)
    case 'iam-role':
      return callsOfRole(look, principal, places)
    case 'instance-sessions':
      return callsOfInstance(look, principal)
  }
}

/** An instance’s sessions have its id as their name. Source: EC2, IAM roles for Amazon EC2. */
async function callsOfInstance(look: Look, sessions: InstanceSessions): Promise<Seen> {
  const { events, unseen } = await look('Username', sessions.instance.instanceId)
  const own = events.filter(({ call }) => call.principalId === sessionsId(sessions))
  return { events: own, unseen, sessions: newest(own) }
}

async function callsOfUser(look: Look, user: IamUser): Promise<Seen> {
  const { events, unseen } = await look('Username', user.name)
  // A session of any role may carry the user’s name.
  const own = events.filter(({ call }) => call.principalId.split(':')[0] === user.userId)
  return { events: own, unseen, sessions: newest(own) }
}

async function callsOfRole(look: Look, role: IamRole, [place]: readonly Regional[]): Promise<Seen> {
  if (place === undefined) return { events: [], unseen: [], sessions: [] }
  const { Arn } = await requireRole(place.read, role)
  const { events, unseen } = await look('ResourceName', Arn)
  const sessions = newest(events).map((session) => ({ ...session, roleId: session.roleId ?? role.roleId }))
  return { events: [], unseen, sessions: sessions.filter(({ roleId }) => roleId === role.roleId) }
}

/** Sessions that were opened, newest first, each once. */
function newest(events: readonly TrailEvent[]): readonly OpenedSession[] {
  const newestFirst = events.toSorted((one, other) => byTime(other.call, one.call))
  const opened = newestFirst.flatMap((event) => event.opened ?? [])
  return [...new Map(opened.map((session) => [`${session.roleArn} ${session.sessionName}`, session])).values()]
}

interface Followed extends Found {
  readonly roles: readonly IamRole[]
}

/** Looks up what each session did, also those that were opened from a session. */
async function followSessions(look: Look, own: Seen, places: readonly Regional[]): Promise<Followed> {
  const events = [...own.events]
  const unseen = [...own.unseen]
  const roles = new Map<string, IamRole>()
  const sessions = [...own.sessions]
  // The list grows while it is walked.
  for (const [index, session] of sessions.entries()) {
    const opened = await roleOpened(places[0], session)
    if (opened.kind === 'unseen') unseen.push(opened.reason)
    else roles.set(opened.role.roleId, opened.role)
    if (opened.kind === 'unseen' || index >= MOST_SESSIONS) continue
    const found = await callsOfSession(look, opened.role, session)
    events.push(...found.events)
    unseen.push(...found.unseen)
    sessions.push(...newest(found.events).filter((one) => !sessions.some((known) => isSame(one, known))))
  }
  const left = sessions.length - MOST_SESSIONS
  if (left > 0) unseen.push(`${left} more role sessions were opened; what they did was not looked up`)
  return { events, unseen, roles: [...roles.values()] }
}

const isSame = (one: OpenedSession, other: OpenedSession): boolean =>
  one.roleArn === other.roleArn && one.sessionName === other.sessionName

async function callsOfSession(look: Look, { roleId }: IamRole, { sessionName }: OpenedSession): Promise<Found> {
  const { events, unseen } = await look('Username', sessionName)
  return { events: events.filter(({ call }) => call.principalId === `${roleId}:${sessionName}`), unseen }
}

interface Range {
  readonly from: Date
  readonly to: Date
  readonly looked: readonly string[]
}

function answer({ events, unseen, roles }: Followed, { from, to, looked }: Range): Activity {
  const once = [...new Map(events.map((event) => [event.id, event.call])).values()]
  // The history has the newest first, and times in whole seconds.
  const calls = once.toReversed().toSorted(byTime)
  const left = calls.length - MOST_CALLS
  return {
    calls: calls.slice(-MOST_CALLS),
    rolesAssumed: roles,
    changes: calls.filter(isChange).slice(-MOST_CALLS),
    from: from.toISOString(),
    to: to.toISOString(),
    unseen: [
      'CloudTrail’s event history has management events only: reading and writing of data is not in it',
      'Calls of the last 15 minutes may not have arrived yet',
      `Regions other than ${looked.join(', ')} were not looked at`,
      ...(left > 0 ? [`${left} older calls are left out`] : []),
      ...new Set(unseen),
    ],
  }
}

const byTime = (one: ObservedCall, other: ObservedCall): number => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0)

export const isChange = ({ isReadOnly, errorCode, operation }: ObservedCall): boolean =>
  !isReadOnly && errorCode === null && !operation.startsWith('sts:AssumeRole')
