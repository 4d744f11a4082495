import { accountPlans } from '#simulator/seed/organization'
import type { Call } from '#simulator/services/service'
import type { NetworkInterface } from '#simulator/state/tables'
import type { TrailRow } from '#simulator/trail/trail'

/** A row by its columns, before anything is selected. */
export type Fields = Readonly<Record<string, string | null | readonly string[]>>

const MS_PER_SECOND = 1000
const MS_PER_MINUTE = 60_000
/** Flow logs have a record for every ten minutes; here so many of the newest. */
const RECORDS = 3
const MINUTES_A_RECORD = 10
const POOL = { address: '198.51.100.7', port: 3333 }
const VISITOR = '203.0.113.80'

type Json = Readonly<Record<string, unknown>>

const textOf = (value: unknown): string | null => (value === undefined || value === null ? null : String(value))
const jsonOf = (value: unknown): string | null => (value === null ? null : JSON.stringify(value))

/** The events of every account’s trail that have arrived, as rows of the documented table. */
export const trailRows = (call: Call): readonly Fields[] =>
  call.trail
    .all()
    .filter(({ visibleAt }) => visibleAt <= call.at)
    .map(trailFields)

function trailFields(row: TrailRow): Fields {
  const event = JSON.parse(row.event) as Json
  const identity = (event['userIdentity'] ?? {}) as Json
  return {
    eventid: row.id,
    eventtime: textOf(event['eventTime']),
    eventsource: row.source,
    eventname: row.name,
    awsregion: row.region,
    'useridentity.principalid': textOf(identity['principalId']),
    'useridentity.accesskeyid': textOf(identity['accessKeyId']),
    sourceipaddress: textOf(event['sourceIPAddress']),
    errorcode: textOf(event['errorCode']),
    readonly: String(row.readOnly),
    recipientaccountid: row.account,
    requestparameters: jsonOf(event['requestParameters'] ?? null),
    additionaleventdata: null,
    responseelements: jsonOf(event['responseElements'] ?? null),
    day: dayOf(row.at),
    account: row.account,
  }
}

/** What the network interfaces of instances sent and got: visitors, and from an instance that mines the pool. */
export const flowRows = (call: Call): readonly Fields[] =>
  call.state.list('networkInterface', '').flatMap((one) => flowsOf(call, one))

function flowsOf(call: Call, one: NetworkInterface): readonly Fields[] {
  const instance = call.state.list('instance', '').find(({ id }) => id === one.attachment?.instance)
  if (instance === undefined) return []
  return Array.from({ length: RECORDS }, (_, nth) => {
    const at = call.at - (nth + 1) * MINUTES_A_RECORD * MS_PER_MINUTE
    const visit = { srcaddr: VISITOR, dstaddr: one.privateAddress, dstport: '443', bytes: '18000', packets: '40' }
    const mined = {
      srcaddr: one.privateAddress,
      dstaddr: POOL.address,
      dstport: String(POOL.port),
      bytes: '940000',
      packets: '2100',
    }
    return [visit, ...(instance.mining === true ? [mined] : [])].map((flow) => ({ ...flow, ...recordAt(one, at) }))
  }).flat()
}

const POOL_NAME = 'pool.example.net.'
const USUAL_NAME = 'sts.amazonaws.com.'

/** What instances asked the Resolver for: AWS’s own names, and from an instance that mines the pool’s. */
export const nameRows = (call: Call): readonly Fields[] =>
  call.state.list('instance', '').flatMap((instance) =>
    times(call).flatMap((at) =>
      [USUAL_NAME, ...(instance.mining === true ? [POOL_NAME] : [])].map((name) => ({
        query_name: name,
        query_type: 'A',
        rcode: 'NOERROR',
        query_timestamp: new Date(at).toISOString(),
        'srcids.instance': instance.id,
        day: dayOf(at),
      })),
    ),
  )

const READ_BYTES = 4096

/** Data events: every user whose trail has calls also read an object, from where it called. */
export const objectRows = (call: Call): readonly Fields[] =>
  trailRows(call).map((row) => ({
    ...row,
    eventsource: 's3.amazonaws.com',
    eventname: 'GetObject',
    errorcode: null,
    requestparameters: JSON.stringify({ bucketName: 'shop-orders', key: 'orders.csv' }),
    additionaleventdata: JSON.stringify({ bytesTransferredOut: READ_BYTES }),
  }))

/** Of a cluster `shop` in every account and Region: its deployer at work, and somebody without a name who reads its secrets. */
export const clusterRows = (call: Call): readonly Fields[] =>
  accountPlans.flatMap(({ id, regions }) =>
    regions.flatMap((region) =>
      times(call).flatMap((at) => clusterEvents.map((event) => ({ ...event, ...auditedAt(at), account: id, region }))),
    ),
  )

const clusterEvents: readonly Fields[] = [
  { username: 'deployer', verb: 'patch', resource: 'deployments', address: VISITOR },
  { username: 'system:anonymous', verb: 'list', resource: 'secrets', address: POOL.address },
  { username: 'deployer', verb: 'list', resource: 'pods', address: VISITOR },
].map(({ username, verb, resource, address }) => ({
  'actor.username': username,
  verb,
  stage: 'ResponseComplete',
  'objectref.resource': resource,
  'objectref.namespace': 'shop',
  sourceips: [address],
  'responsestatus.code': '200',
  cluster: 'shop',
}))

const auditedAt = (at: number): Fields => ({ requestreceivedtimestamp: new Date(at).toISOString(), day: dayOf(at) })

const times = ({ at }: Call): readonly number[] =>
  Array.from({ length: RECORDS }, (_, nth) => at - (nth + 1) * MINUTES_A_RECORD * MS_PER_MINUTE)

const recordAt = ({ id }: NetworkInterface, at: number): Fields => ({
  interface_id: id,
  protocol: '6',
  action: 'ACCEPT',
  log_status: 'OK',
  start: String(Math.floor(at / MS_PER_SECOND)),
  end: String(Math.floor((at + MINUTES_A_RECORD * MS_PER_MINUTE) / MS_PER_SECOND)),
  day: dayOf(at),
})

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 'YYYY-MM-DD'.length).replaceAll('-', '/')
