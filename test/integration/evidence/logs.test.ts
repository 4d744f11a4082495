import type { WorkGroupConfiguration } from '@aws-sdk/client-athena'
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2'
import { GetUserCommand, ListUsersCommand } from '@aws-sdk/client-iam'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { collectEvidence } from '#activities/evidence/index'
import { inspectAccount } from '#activities/inspection/inspect-account'
import type { EvidenceKinds, FlowLook, TrailLook } from '#domain/evidence'
import type { LogPlace } from '#domain/logs/log-place'
import { READER } from '#domain/roles/account-roles'
import type { Ec2Instance, IamUser } from '#domain/targets'
import { allowLogs, boundedWorkgroup, CUT_OFF_BYTES, organizationLogs, setUpLogs } from '../../support/athena.ts'
import { SHOP_STAGING } from '../../support/simulator.ts'
import { until } from '../../support/until.ts'
import { ACCOUNT, type ActionWorld, openActionWorld, REGION } from '../actions/world.ts'
import { dropDatabase } from '../gate/world.ts'

const VICTIM = 'deploy-bot'
const logs = organizationLogs
const bounded = boundedWorkgroup

let world: ActionWorld
beforeEach(async () => {
  world = await openActionWorld()
})
afterEach(() => world.close())
afterAll(dropDatabase)

const setUp = (configuration: WorkGroupConfiguration = bounded, place: LogPlace = logs): Promise<void> =>
  setUpLogs(world.simulator, configuration, place)

async function steal(): Promise<IamUser> {
  await world.simulator.startDrill('stolen-access-key')
  const { User } = await world.iam.send(new GetUserCommand({ UserName: VICTIM }))
  return { kind: 'iam-user', account: ACCOUNT, userId: User?.UserId ?? '', name: VICTIM }
}

const trailOf = (principal: IamUser, place: LogPlace | undefined = logs): Promise<TrailLook> =>
  collectEvidence(
    { ...world.deps, logs: place },
    { incident: world.gate.incident, kind: 'trailOf', question: { principal, hours: 1 } },
    new AbortController().signal,
  )

const flowsOf = (instance: Ec2Instance, place: LogPlace = logs, signal = new AbortController().signal) =>
  collectEvidence(
    { ...world.deps, logs: place },
    { incident: world.gate.incident, kind: 'flowsOf', question: { instance, hours: 1 } },
    signal,
  )

async function minedInstance(): Promise<Ec2Instance> {
  const { instanceId } = await world.simulator.startDrill('mining-instance')
  return { kind: 'ec2-instance', account: ACCOUNT, region: REGION, instanceId }
}

const stateIn = ({ parts }: TrailLook | FlowLook) => parts[0]

describe('what a principal did by the organisation’s trail', () => {
  it('has its calls and those of the sessions that it opened, from the account of the logs', async () => {
    await setUp()
    const user = await steal()
    const look = await until('the role’s calls in the trail', async () => {
      const found = await trailOf(user)
      return found.calls.some(({ operation }) => operation === 'iam:ListRoles') ? found : undefined
    })
    expect(look.calls.map(({ at }) => at)).toEqual(look.calls.map(({ at }) => at).toSorted())
    expect(look.calls.map(({ operation }) => operation)).toEqual(
      expect.arrayContaining(['iam:ListUsers', 'sts:AssumeRole']),
    )
    expect(look.calls.find(({ operation }) => operation === 'iam:ListRoles')?.principalId).toMatch(/^AROA\w+:/)
    expect(look.rolesAssumed).toMatchObject([{ kind: 'iam-role', account: ACCOUNT, name: 'shop-deploy' }])
    expect(stateIn(look)).toMatchObject({ source: 'the organisation’s trail by Athena', state: 'available' })
    expect(await world.simulator.calls({ operation: 'cloudtrail:LookupEvents' })).toEqual([])
  })

  it('has nobody else’s calls', async () => {
    await setUp()
    const user = await steal()
    await world.iam.send(new ListUsersCommand({}))
    const look = await until('calls in the trail', async () => {
      const found = await trailOf(user)
      return found.rolesAssumed.length > 0 ? found : undefined
    })
    const roles = look.rolesAssumed.map(({ roleId }) => roleId)
    const heads = new Set(look.calls.map(({ principalId }) => principalId.split(':')[0]))
    expect([...heads].filter((head) => head !== user.userId && !roles.includes(head ?? ''))).toEqual([])
  })

  it('comes from the event history where the trail is not set up, and says so', async () => {
    const user = await steal()
    const { parts, calls } = await until('calls in the history', async () => {
      const found = await collectEvidence(
        world.deps,
        { incident: world.gate.incident, kind: 'trailOf', question: { principal: user, hours: 1 } },
        new AbortController().signal,
      )
      return found.calls.length > 0 ? found : undefined
    })
    expect(calls.length).toBeGreaterThan(0)
    expect(parts).toMatchObject([
      { state: 'not set up', text: expect.stringContaining('CORDON_LOGS') },
      { source: 'CloudTrail look-up', state: 'available' },
    ])
  })
})

describe('with whom an instance talked by VPC flow logs', () => {
  it('has the pool of a miner, the largest first, with what was sent', async () => {
    await setUp()
    const instance = await minedInstance()
    const look = await flowsOf(instance)
    const { Reservations: [reservation] = [] } = await world.ec2.send(
      new DescribeInstancesCommand({ InstanceIds: [instance.instanceId] }),
    )
    const own = reservation?.Instances?.[0]
    expect(look.flows[0]).toMatchObject({
      networkInterface: own?.NetworkInterfaces?.[0]?.NetworkInterfaceId,
      from: own?.PrivateIpAddress,
      to: '198.51.100.7',
      port: 3333,
      protocol: 6,
      action: 'ACCEPT',
      bytes: 2_820_000,
    })
    expect(stateIn(look)).toMatchObject({ source: 'VPC flow logs', state: 'available' })
  })

  it('asks with the reading role, in words that have no value in them', async () => {
    await setUp()
    const { flows } = await flowsOf(await minedInstance())
    const [started] = await world.simulator.calls({ operation: 'athena:StartQueryExecution' })
    expect(started?.principal).toContain(READER)
    const { queryString, executionParameters } = (started?.parameters ?? {}) as {
      readonly queryString: string
      readonly executionParameters: readonly string[]
    }
    expect(executionParameters).toContain(`'${flows[0]?.networkInterface}'`)
    expect(queryString).not.toContain(flows[0]?.networkInterface)
  })
})

const asked = <Kind extends 'namesOf' | 'objectsOf' | 'clusterCallsOf'>(
  kind: Kind,
  question: EvidenceKinds[Kind]['question'],
): Promise<EvidenceKinds[Kind]['answer']> =>
  collectEvidence(
    { ...world.deps, logs },
    { incident: world.gate.incident, kind, question },
    new AbortController().signal,
  )

describe('the other logs of the organisation', () => {
  it('say which names an instance asked for, and how often', async () => {
    await setUp()
    const instance = await minedInstance()
    const { rows, parts } = await asked('namesOf', { instance, hours: 1 })
    expect(rows).toContainEqual(
      expect.objectContaining({ name: 'pool.example.net.', type: 'A', code: 'NOERROR', queries: 3 }),
    )
    expect(rows.every(({ first, last }) => first < last)).toBe(true)
    expect(parts).toMatchObject([{ source: 'DNS query logs', state: 'available' }])
  })

  it('say what a principal did to objects, with the bytes that left, and nobody else', async () => {
    await setUp()
    const principal = await steal()
    const look = await until('its data events', async () => {
      const found = await asked('objectsOf', { principal, hours: 1 })
      return found.rows.length > 0 ? found : undefined
    })
    expect(look.rows).toMatchObject([{ operation: 'GetObject', bucket: 'shop-orders', errorCode: null }])
    expect(look.rows.map(({ bytes, calls }) => bytes / calls)).toEqual([4096])
    const stranger: IamUser = { ...principal, userId: 'AIDANOBODYATALL00000' }
    expect((await asked('objectsOf', { principal: stranger, hours: 1 })).rows).toEqual([])
  })

  it('say who changed something in a cluster or read its secrets, the rest left out, and nothing of another cluster', async () => {
    await setUp()
    const cluster = { account: ACCOUNT, region: REGION, name: 'shop' }
    const { rows, unseen } = await asked('clusterCallsOf', { cluster, hours: 1 })
    expect(rows).toHaveLength(2)
    expect(rows).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ user: 'system:anonymous', verb: 'list', resource: 'secrets', code: 200, calls: 3 }),
        expect.objectContaining({ user: 'deployer', verb: 'patch', resource: 'deployments', namespace: 'shop' }),
      ]),
    )
    expect(unseen).toEqual([expect.stringContaining('left out')])
    const stranger = { ...cluster, name: "shop' OR '1'='1" }
    const nothing = await asked('clusterCallsOf', { cluster: stranger, hours: 1 })
    expect(nothing.rows).toEqual([])
    expect(nothing.unseen).toContainEqual(
      expect.stringContaining(`whether the table has what account ${ACCOUNT} logged`),
    )
  })
})

describe('a log that cannot be asked says which', () => {
  it.each<readonly [missing: string, configuration: WorkGroupConfiguration]>([
    ['EnforceWorkGroupConfiguration', { ...bounded, EnforceWorkGroupConfiguration: false }],
    ['BytesScannedCutoffPerQuery', { ...bounded, BytesScannedCutoffPerQuery: undefined }],
    ['ManagedQueryResultsConfiguration', { ...bounded, ManagedQueryResultsConfiguration: { Enabled: false } }],
  ])('setting of the workgroup is missing: %s, and starts no query', async (missing, configuration) => {
    await setUp(configuration)
    expect(stateIn(await flowsOf(await minedInstance()))).toMatchObject({
      state: 'not set up',
      text: expect.stringContaining(missing),
    })
    expect(await world.simulator.calls({ operation: 'athena:StartQueryExecution' })).toEqual([])
  })

  it('table is not named, and that the account of the logs is not registered', async () => {
    await setUp()
    const instance = await minedInstance()
    const { trail } = logs.tables
    expect(stateIn(await flowsOf(instance, { ...logs, tables: trail === undefined ? {} : { trail } }))).toMatchObject({
      state: 'not set up',
    })
    expect(stateIn(await flowsOf(instance, { ...logs, account: '999999999999' }))).toMatchObject({
      state: 'not set up',
      text: expect.stringContaining('999999999999'),
    })
  })

  it('permission is missing: in the workgroup, and for a table', async () => {
    const instance = await minedInstance()
    expect(stateIn(await flowsOf(instance))).toMatchObject({ state: 'no permission' })
    const { trail } = logs.tables
    await setUp(bounded, { ...logs, tables: trail === undefined ? {} : { trail } })
    expect(stateIn(await flowsOf(instance))).toMatchObject({
      state: 'no permission',
      text: expect.stringContaining('glue:GetTable'),
    })
  })

  it('time was over, and stops the query', async () => {
    await setUp()
    await world.simulator.faults({ queryRunsMs: 600_000 })
    expect(stateIn(await flowsOf(await minedInstance(), { ...logs, seconds: 1 }))).toMatchObject({
      state: 'out of time',
    })
    expect(await world.simulator.calls({ operation: 'athena:StopQueryExecution' })).toHaveLength(1)
  })

  it('bytes were too many', async () => {
    await setUp()
    await world.simulator.faults({ queryScansBytes: CUT_OFF_BYTES })
    expect(stateIn(await flowsOf(await minedInstance()))).toMatchObject({
      state: 'too many bytes',
      text: expect.stringContaining('Bytes scanned limit'),
    })
  })

  it.each(['shop\n', 'schöner', 'x'.repeat(2000)])('value can be in no query: %j, and starts none', async (name) => {
    await setUp()
    const cluster = { account: ACCOUNT, region: REGION, name }
    expect(await asked('clusterCallsOf', { cluster, hours: 1 })).toMatchObject({
      rows: [],
      parts: [{ source: 'EKS audit logs', state: 'failed', text: expect.stringContaining('cannot be asked for') }],
    })
    expect(await world.simulator.calls({ operation: 'athena:StartQueryExecution' })).toEqual([])
  })

  it('value can be in no query: a principal with a bar, whose calls come from the event history', async () => {
    await setUp()
    const user: IamUser = { kind: 'iam-user', account: ACCOUNT, userId: 'AIDA|AROA', name: VICTIM }
    expect((await trailOf(user)).parts).toMatchObject([
      { state: 'failed', text: expect.stringContaining('has a bar') },
      { source: 'CloudTrail look-up' },
    ])
  })

  it('table is not there', async () => {
    const place = { ...logs, tables: { flows: { name: 'elsewhere', day: 'day', account: null, region: null } } }
    await setUp(bounded, place)
    expect(stateIn(await flowsOf(await minedInstance(), place))).toMatchObject({
      state: 'failed',
      text: expect.stringContaining('TABLE_NOT_FOUND'),
    })
  })
})

it('stops its query when nobody waits for it any more', async () => {
  await setUp()
  const instance = await minedInstance()
  await world.simulator.faults({ queryRunsMs: 600_000 })
  const nobody = new AbortController()
  const asking = flowsOf(instance, logs, nobody.signal)
  await until('a query that runs', async () => {
    const asked = await world.simulator.calls({ operation: 'athena:GetQueryExecution' })
    return asked.length > 0 ? asked : undefined
  })
  nobody.abort()
  await expect(asking).rejects.toThrow()
  expect(await world.simulator.calls({ operation: 'athena:StopQueryExecution' })).toHaveLength(1)
})

describe('a look at the account of the logs', () => {
  const seen = async (place: LogPlace | undefined) => {
    const found = await inspectAccount({ ...world.deps, logs: place }, { account: SHOP_STAGING })
    if (found.kind !== 'open') throw new Error(found.reason)
    return found
  }

  it('names what the reading role lacks to ask them, and nothing once it has it', async () => {
    expect((await seen(logs)).reads).toMatchObject({
      refused: expect.arrayContaining(['athena:StartQueryExecution', 'glue:GetTable', 's3:GetObject']),
    })
    await allowLogs(world.simulator)
    expect((await seen(logs)).reads).toEqual({ kind: 'asked', refused: [] })
  })

  it('takes the policy for no more than it should have, unless Cordon is to read no logs', async () => {
    await allowLogs(world.simulator)
    const readerIn = async (place: LogPlace | undefined) => {
      const limits = (await seen(place)).limits?.find(({ role }) => role === READER)
      expect(limits?.kind).toBe('read')
      return JSON.stringify(limits)
    }
    expect(await readerIn(logs)).not.toMatch(/athena:|glue:|s3:/)
    expect(await readerIn(undefined)).toMatch(/athena:StartQueryExecution[\s\S]*glue:[\s\S]*s3:GetObject/)
  })
})
