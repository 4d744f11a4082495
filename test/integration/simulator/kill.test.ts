import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  AutoScalingClient,
  DescribeAutoScalingInstancesCommand,
  EnterStandbyCommand,
} from '@aws-sdk/client-auto-scaling'
import { CloudTrailClient, paginateLookupEvents } from '@aws-sdk/client-cloudtrail'
import {
  CreateSnapshotsCommand,
  DescribeInstanceAttributeCommand,
  DescribeSnapshotsCommand,
  EC2Client,
  ModifyInstanceAttributeCommand,
} from '@aws-sdk/client-ec2'
import { CreateUserCommand, IAMClient, paginateListUsers } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Identities } from '#simulator/seed/identities'
import { SHOP_PRODUCTION } from '../../support/simulator.ts'

const ROOT = new URL('../../../', import.meta.url).pathname
const KILLS = 3
const WRITERS = 8

let folder: string

beforeAll(() => {
  buildWhenStale()
  folder = mkdtempSync(join(tmpdir(), 'cordon-killed-'))
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The process runs what is built; sources that are newer are built first. */
function buildWhenStale(): void {
  const built = join(ROOT, 'dist/simulator/simulator.js')
  const sources = readdirSync(join(ROOT, 'src/simulator'), { recursive: true, encoding: 'utf8' })
  const newest = Math.max(...sources.map((path) => statSync(join(ROOT, 'src/simulator', path)).mtimeMs))
  if (existsSync(built) && statSync(built).mtimeMs > newest) return
  try {
    execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', ROOT], {
      cwd: ROOT,
      stdio: 'pipe',
    })
  } catch (cause) {
    // A type error elsewhere does not keep tsc from writing what is run here.
    if (!existsSync(built)) throw cause
  }
}

async function start(): Promise<{ readonly child: ChildProcess; readonly endpoint: string }> {
  const child = spawn(process.execPath, [join(ROOT, 'test/integration/simulator/simulator-process.mjs'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return { child, endpoint: `http://127.0.0.1:${line.toString('utf8').trim()}` }
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

const settingsFor = (endpoint: string) => ({
  region: 'us-east-1',
  endpoint,
  maxAttempts: 1,
  credentials: administrator().credentials,
})

function administrator(): Identities['accounts'][number] {
  const { accounts } = JSON.parse(readFileSync(join(folder, 'identities.json'), 'utf8')) as Identities
  const found = accounts.find(({ id }) => id === SHOP_PRODUCTION)
  if (!found) throw new Error('The production account has no administrator')
  return found
}

/** Creates users one after the other until the connection breaks; answers with those that were acknowledged. */
async function writeUntilKilled(iam: IAMClient, prefix: string): Promise<readonly string[]> {
  const acknowledged: string[] = []
  for (;;) {
    const name = `${prefix}-${acknowledged.length}`
    try {
      await iam.send(new CreateUserCommand({ UserName: name }))
    } catch {
      return acknowledged
    }
    acknowledged.push(name)
  }
}

test('nothing that was acknowledged is lost by kill -9: users, their events, the identities', {
  timeout: 60_000,
}, async () => {
  const acknowledged: string[] = []
  let secret = ''
  for (let round = 0; round < KILLS; round += 1) {
    const { child, endpoint } = await start()
    secret ||= administrator().credentials.secretAccessKey
    const iam = new IAMClient(settingsFor(endpoint))
    const writers = Array.from({ length: WRITERS }, (_, writer) =>
      writeUntilKilled(iam, `round${round}-writer${writer}`),
    )
    await new Promise((resolve) => setTimeout(resolve, 300 + 137 * round))
    await kill(child)
    acknowledged.push(...(await Promise.all(writers)).flat())
  }
  expect(acknowledged.length).toBeGreaterThan(KILLS * WRITERS)

  const { child, endpoint } = await start()
  try {
    expect(administrator().credentials.secretAccessKey).toBe(secret)
    const names: string[] = []
    for await (const page of paginateListUsers({ client: new IAMClient(settingsFor(endpoint)) }, {})) {
      names.push(...(page.Users ?? []).map(({ UserName = '' }) => UserName))
    }
    expect(names).toEqual(expect.arrayContaining(acknowledged))
    await vi.waitFor(async () => expect(await usersInTrail(endpoint)).toEqual(expect.arrayContaining(acknowledged)), {
      timeout: 10_000,
      interval: 500,
    })
  } finally {
    await kill(child)
  }
})

test('a containment that a kill -9 interrupts is where it was, and what was passing goes on', {
  timeout: 60_000,
}, async () => {
  const place = (endpoint: string) => ({ ...settingsFor(endpoint), region: 'eu-central-1' })
  const first = await start()
  const described = await new AutoScalingClient(place(first.endpoint)).send(new DescribeAutoScalingInstancesCommand({}))
  const InstanceId = described.AutoScalingInstances?.[0]?.InstanceId ?? ''
  const protection = { InstanceId, DisableApiTermination: { Value: true } }
  await new EC2Client(place(first.endpoint)).send(new ModifyInstanceAttributeCommand(protection))
  const taken = await new EC2Client(place(first.endpoint)).send(
    new CreateSnapshotsCommand({ InstanceSpecification: { InstanceId } }),
  )
  await new AutoScalingClient(place(first.endpoint)).send(
    new EnterStandbyCommand({
      AutoScalingGroupName: 'shop-web',
      InstanceIds: [InstanceId],
      ShouldDecrementDesiredCapacity: true,
    }),
  )
  await kill(first.child)

  const second = await start()
  try {
    const ec2 = new EC2Client(place(second.endpoint))
    const read = { InstanceId, Attribute: 'disableApiTermination' as const }
    const attribute = await ec2.send(new DescribeInstanceAttributeCommand(read))
    expect(attribute.DisableApiTermination?.Value).toBe(true)
    const SnapshotIds = taken.Snapshots?.map(({ SnapshotId = '' }) => SnapshotId)
    expect((await ec2.send(new DescribeSnapshotsCommand({ SnapshotIds }))).Snapshots).toHaveLength(1)
    const scaling = new AutoScalingClient(place(second.endpoint))
    await vi.waitFor(
      async () => {
        const found = await scaling.send(new DescribeAutoScalingInstancesCommand({ InstanceIds: [InstanceId] }))
        expect(found.AutoScalingInstances?.[0]?.LifecycleState).toBe('Standby')
      },
      { timeout: 20_000, interval: 200 },
    )
  } finally {
    await kill(second.child)
  }
})

async function usersInTrail(endpoint: string): Promise<readonly string[]> {
  const client = new CloudTrailClient(settingsFor(endpoint))
  const names: string[] = []
  for await (const page of paginateLookupEvents(
    { client },
    { LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'CreateUser' }] },
  )) {
    names.push(
      ...(page.Events ?? []).flatMap(({ Resources = [] }) => Resources.map(({ ResourceName = '' }) => ResourceName)),
    )
  }
  return names
}
