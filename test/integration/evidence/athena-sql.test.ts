import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { clusterQuery } from '#domain/logs/cluster-query'
import { flowQuery } from '#domain/logs/flow-query'
import type { LogPlace, LogTable } from '#domain/logs/log-place'
import type { LogQuery, LogWindow } from '#domain/logs/log-query'
import { nameQuery } from '#domain/logs/name-query'
import { objectQuery } from '#domain/logs/object-query'
import { trailQuery } from '#domain/logs/trail-query'
import { answerOver } from '#simulator/services/athena/run-select'
import { readSelect } from '#simulator/services/athena/sql-reader'
import { prepareSql } from '../../support/python.ts'

const guide = readFileSync(new URL('../../../docs/guides/investigating.md', import.meta.url), 'utf8')
const inGuide = [...guide.matchAll(/```sql\n([\s\S]*?)```/g)].map(([, ddl = '']) => ddl)
/** What the guide calls a table like the trail’s, of a trail that has data events alone. */
const likeTrail = inGuide
  .filter((ddl) => ddl.includes('logs.cloudtrail'))
  .map((ddl) => ddl.replace('logs.cloudtrail', 'logs.s3_data_events'))

const place: LogPlace = {
  account: '777788889999',
  region: 'eu-central-1',
  workgroup: 'cordon',
  database: 'logs',
  tables: {},
  data: [],
  keys: [],
  seconds: 45,
}
const at = (name: string, { account = null, region = null }: Partial<LogTable> = {}) => ({
  place,
  table: { name, day: 'day', account, region },
})
const window: LogWindow = {
  from: new Date('2026-11-26T11:00:00Z'),
  to: new Date('2026-11-27T11:00:00Z'),
  account: '111122223333',
  region: 'eu-central-1',
}

/** What somebody may call a session, a cluster or an instance who wants to see more, or to break the query. */
const hostile = ["x' OR '1'='1", "'; --", "''", '" OR ""="', '\\', "%'/*", '?', '??', 'a/b', ')']
const names = ['shop', ...hostile]

type Row = Readonly<Record<string, unknown>>

const today = { day: '2026/11/27' }
const inTime = { ...today, account: '111122223333' }
const [early, late] = ['2026-11-27T08:00:00Z', '2026-11-27T09:00:00Z']

/** Anonymous requests, and one whose principal the record does not name. Source: CloudTrail, userIdentity element. */
const nobodies = ['', null]

const trail = [...names.map((name) => `AROAEXAMPLE:${name}`), ...nobodies].flatMap((principalid, nth) =>
  [early, late, '2026-11-20T08:00:00Z'].map((eventtime, time) => ({
    ...inTime,
    eventid: `event-${nth}-${time}`,
    eventtime,
    eventsource: time === 1 ? 's3.amazonaws.com' : 'iam.amazonaws.com',
    eventname: time === 1 ? 'GetObject' : 'GetUser',
    awsregion: 'eu-central-1',
    useridentity: { type: 'AssumedRole', principalid, accesskeyid: 'ASIAEXAMPLE' },
    sourceipaddress: '198.51.100.7',
    errorcode: null,
    requestparameters: JSON.stringify({ bucketName: 'orders', key: 'all.csv', userName: principalid }),
    responseelements: null,
    additionaleventdata: JSON.stringify({ bytesTransferredOut: 4096 }),
    readonly: 'true',
    recipientaccountid: '111122223333',
  })),
)

/** Where there are clusters of the same names. */
const places = [
  { account: '111122223333', region: 'eu-central-1' },
  { account: '111122223333', region: 'us-east-1' },
  { account: '444455556666', region: 'eu-central-1' },
]

const rows: Readonly<Record<string, readonly Row[]>> = {
  cloudtrail: trail,
  s3_data_events: trail,
  vpc_flow: ['eni-1', 'eni-2'].flatMap((interface_id) =>
    [400, 25].map((packets, nth) => ({
      day: '2026/11/27',
      interface_id,
      srcaddr: '10.0.0.4',
      dstaddr: '198.51.100.7',
      dstport: 3333,
      protocol: 6,
      action: 'ACCEPT',
      packets,
      bytes: packets * 1000,
      start: Date.parse(early) / 1000 + nth,
      end: Date.parse(late) / 1000 + nth,
      log_status: 'OK',
    })),
  ),
  resolver_queries: names.flatMap((instance) =>
    [early, late].map((query_timestamp) => ({
      vpc: 'vpc-1',
      day: '2026/11/27',
      query_timestamp,
      query_name: 'pool.example.net.',
      query_type: 'A',
      rcode: 'NOERROR',
      srcids: { instance, resolver_endpoint: null },
    })),
  ),
  eks_audit: places.flatMap((where) =>
    names.flatMap((cluster) =>
      ['patch', 'list'].flatMap((verb) =>
        ['system:anonymous', 'deployer'].map((username) => ({
          ...today,
          ...where,
          cluster,
          stage: 'ResponseComplete',
          verb,
          actor: { username, uid: null },
          sourceips: ['198.51.100.7', '10.0.0.1'],
          objectref: { resource: 'pods', namespace: `${where.account} ${where.region}`, name: null },
          responsestatus: { code: 200 },
          requestreceivedtimestamp: username === 'deployer' ? early : late,
        })),
      ),
    ),
  ),
}

interface Asked {
  readonly what: string
  readonly table: string
  readonly query: LogQuery
  readonly count: number
}

const byAccount = at('cloudtrail', { account: 'account' })
const clusters = at('eks_audit', { account: 'account', region: 'region' })
const dns = at('resolver_queries')

const sessionsOf = (name: string) => ({ principals: [], sessions: [`AROAEXAMPLE:${name}`] })
const asPrincipal = (name: string) => ({ principals: [name], sessions: [] })

const asked: readonly Asked[] = names.flatMap((name) => [
  { what: `calls of ${name}`, table: 'cloudtrail', query: trailQuery(byAccount, sessionsOf(name), window), count: 2 },
  {
    what: `objects of ${name}`,
    table: 'cloudtrail',
    query: objectQuery(at('cloudtrail'), sessionsOf(name), window),
    count: 1,
  },
  {
    what: `data events of ${name}`,
    table: 's3_data_events',
    query: objectQuery(at('s3_data_events'), sessionsOf(name), window),
    count: 1,
  },
  { what: `names of ${name}`, table: 'resolver_queries', query: nameQuery(dns, name, window), count: 1 },
  { what: `cluster ${name}`, table: 'eks_audit', query: clusterQuery(clusters, name, window), count: 3 },
  {
    what: `calls of a principal ${name}`,
    table: 'cloudtrail',
    query: trailQuery(byAccount, asPrincipal(name), window),
    count: 0,
  },
  {
    what: `objects of a principal ${name}`,
    table: 'cloudtrail',
    query: objectQuery(at('cloudtrail'), asPrincipal(name), window),
    count: 0,
  },
  { what: `flows of ${name}`, table: 'vpc_flow', query: flowQuery(at('vpc_flow'), [name], window), count: 0 },
])
const more: readonly Asked[] = [
  { what: 'flows', table: 'vpc_flow', query: flowQuery(at('vpc_flow'), ['eni-1'], window), count: 1 },
  {
    what: 'all that a role did',
    table: 'cloudtrail',
    query: trailQuery(at('cloudtrail'), asPrincipal('AROAEXAMPLE'), window),
    count: 2 * names.length,
  },
]

/** Athena and the simulator name what is in a struct with a dot. */
const flat = (row: Row, prefix = ''): Readonly<Record<string, string | null | readonly string[]>> =>
  Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) =>
      Array.isArray(value)
        ? [[prefix + name, value]]
        : typeof value === 'object' && value !== null
          ? Object.entries(flat(value as Row, `${prefix}${name}.`))
          : [[prefix + name, value === null || value === undefined ? null : String(value)]],
    ),
  )

const told = (value: unknown): string | null =>
  value === null || value === undefined ? null : Number.isNaN(Number(value)) ? String(value) : String(Number(value))

const inOrder = (answer: readonly Row[]): readonly string[] =>
  answer
    .map((row) => JSON.stringify(Object.fromEntries(Object.entries(row).map(([name, value]) => [name, told(value)]))))
    .toSorted()

function simulated({ table, query }: Asked): readonly Row[] {
  const select = readSelect(query.text, query.parameters)
  const { columns, rows: found } = answerOver(
    (rows[table] ?? []).map((row) => flat(row)),
    select,
  )
  return found.map((values) => Object.fromEntries(columns.map((column, nth) => [column, values[nth]])))
}

const all = [...asked, ...more]
let answers: readonly (readonly Row[])[]
beforeAll(async () => {
  const python = await prepareSql()
  const program = fileURLToPath(new URL('athena.py', import.meta.url))
  const input = JSON.stringify({ tables: [...inGuide, ...likeTrail], rows, queries: all.map(({ query }) => query) })
  const { status, stdout, stderr } = spawnSync(python, [program], { input, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  answers = JSON.parse(stdout)
})

describe('a query of the logs, as another reader of Athena’s SQL answers it', () => {
  it('finds what was asked for and no more, whatever its name is', () => {
    expect(all.map(({ what }, nth) => [what, answers[nth]?.length])).toEqual(
      all.map(({ what, count }) => [what, count]),
    )
  })

  it('gives the rows that the simulated Athena gives', () => {
    expect(all.map((one, nth) => [one.what, inOrder(answers[nth] ?? [])])).toEqual(
      all.map((one) => [one.what, inOrder(simulated(one))]),
    )
  })
})
