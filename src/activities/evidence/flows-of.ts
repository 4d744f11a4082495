import { findInstance } from '#activities/aws/instance'
import type { EvidenceKinds, Flow, FlowLook } from '#domain/evidence'
import { flowQuery, MOST_FLOW_ROWS } from '#domain/logs/flow-query'
import { logKinds } from '#domain/logs/log-place'
import type { LogWindow } from '#domain/logs/log-query'
import { type LogSeen, silenceOf } from '#domain/logs/log-state'
import type { Ec2Instance } from '#domain/targets'
import { clock } from '#store/database/clock'
import { accountPlace } from '#store/plans/planned-steps'
import type { EvidenceDeps } from './activity-of.ts'
import { type OpenLog, openLog } from './logs/open-log.ts'
import { type LogRow, runQuery } from './logs/run-query.ts'
import { refusedBy } from './part.ts'

interface Asked {
  readonly incident: string
  readonly question: EvidenceKinds['flowsOf']['question']
  readonly signal: AbortSignal
}

const MS_PER_HOUR = 3_600_000
const MS_PER_SECOND = 1000

/** With whom the instance’s network interfaces talked, by VPC flow logs; `parts` says what kept it from being seen. */
export async function flowsOf(deps: EvidenceDeps, asked: Asked): Promise<FlowLook> {
  const { question, incident, signal } = asked
  const to = new Date(await clock(deps.db))
  const window = {
    from: new Date(to.getTime() - question.hours * MS_PER_HOUR),
    to,
    account: question.instance.account,
    region: question.instance.region,
  }
  const look = (seen: Omit<LogSeen, 'source'>, flows: readonly Flow[] = []): FlowLook => ({
    instance: question.instance,
    flows: flows.slice(0, MOST_FLOW_ROWS),
    from: window.from.toISOString(),
    to: to.toISOString(),
    parts: [{ source: logKinds.flows, ...seen }],
    unseen: [
      ...(seen.state === 'available' ? silenceOf(flows, logKinds.flows, window) : []),
      ...(flows.length > MOST_FLOW_ROWS ? ['Smaller flows are left out: there are more than are shown'] : []),
    ],
  })
  const opened = await openLog(deps, { kind: 'flows', incident, signal })
  if (opened.kind === 'none') return look(opened.seen)
  const found = await interfacesOf(deps, asked)
  if (found.kind === 'none') return look(found)
  return flowsIn(opened.log, { interfaces: found.interfaces, window, look })
}

interface Wanted {
  readonly interfaces: readonly string[]
  readonly window: LogWindow
  readonly look: (seen: Omit<LogSeen, 'source'>, flows?: readonly Flow[]) => FlowLook
}

async function flowsIn(log: OpenLog, { interfaces, window, look }: Wanted): Promise<FlowLook> {
  const answer = await runQuery(log, () => flowQuery(log, interfaces, window))
  if (answer.kind === 'none') return look(answer)
  const text = `${answer.rows.length} flows of ${interfaces.join(', ')}; ${answer.bytes} bytes were read by query ${answer.query}`
  return look({ state: 'available', text }, answer.rows.map(flowIn))
}

type Interfaces =
  | { readonly kind: 'found'; readonly interfaces: readonly string[] }
  | { readonly kind: 'none'; readonly state: LogSeen['state']; readonly text: string }

/** Flow logs know interfaces and not instances: those that it has now. */
async function interfacesOf({ db, aws }: EvidenceDeps, { question, incident, signal }: Asked): Promise<Interfaces> {
  const { instance } = question
  try {
    const interfaces = await currentInterfaces({ db, aws }, instance, incident)
    return interfaces.length === 0
      ? { kind: 'none', state: 'failed', text: `${instance.instanceId} has no network interface any more` }
      : { kind: 'found', interfaces }
  } catch (error) {
    signal.throwIfAborted()
    return { kind: 'none', ...refusedBy(error) }
  }
}

async function currentInterfaces(
  { db, aws }: EvidenceDeps,
  instance: Ec2Instance,
  incident: string,
): Promise<readonly string[]> {
  const { account, region } = instance
  const { partition, externalId } = await accountPlace(db, account)
  const read = await aws.read({ account, region, incident, partition, externalId })
  const live = await findInstance(read, instance)
  return (live?.NetworkInterfaces ?? []).flatMap(({ NetworkInterfaceId: id }) => id ?? [])
}

const flowIn = (row: LogRow): Flow => ({
  networkInterface: row.interface_id ?? '',
  from: row.srcaddr ?? '',
  to: row.dstaddr ?? '',
  port: Number(row.dstport ?? 0),
  protocol: Number(row.protocol ?? 0),
  action: row.action ?? '',
  packets: Number(row.total_packets ?? 0),
  bytes: Number(row.total_bytes ?? 0),
  first: momentOf(row.first),
  last: momentOf(row.last),
})

const momentOf = (seconds: string | null | undefined): string =>
  new Date(Number(seconds ?? 0) * MS_PER_SECOND).toISOString()
