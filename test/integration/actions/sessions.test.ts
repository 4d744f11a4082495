import { DescribeInstancesCommand, RunInstancesCommand } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ec2Instance } from '#domain/targets'
import { dropDatabase } from '../gate/world.ts'
import { ACCOUNT, type ActionWorld, openActionWorld, REGION } from './world.ts'

const VOLUMES = 40
const SESSION_POLICY_LIMIT = 2048

let world: ActionWorld
beforeAll(async () => {
  world = await openActionWorld()
})
afterAll(async () => {
  await world.close()
  await dropDatabase()
})

async function makeInstance(): Promise<Ec2Instance> {
  const BlockDeviceMappings = Array.from({ length: VOLUMES }, (_, nth) => ({
    DeviceName: `/dev/sd${nth}`,
    Ebs: { VolumeSize: 8, DeleteOnTermination: true },
  }))
  const { Instances: [instance] = [] } = await world.ec2.send(
    new RunInstancesCommand({ ImageId: 'ami-0a1b2c3d4e5f60718', MinCount: 1, MaxCount: 1, BlockDeviceMappings }),
  )
  return { kind: 'ec2-instance', account: ACCOUNT, region: REGION, instanceId: instance?.InstanceId ?? '' }
}

const policiesOf = async (hash: string): Promise<readonly string[]> => {
  const opened = await world.simulator.calls({ operation: 'sts:AssumeRole', outcome: 'allowed' })
  return opened
    .map(
      ({ parameters }) =>
        parameters as { readonly policy?: string; readonly tags?: readonly { readonly value: string }[] },
    )
    .filter(({ tags = [] }) => tags.some(({ value }) => value === hash))
    .map(({ policy = '' }) => policy)
}

describe('a step whose calls are too many for one session', () => {
  it('is done under one permit that is renewed, each session for its own calls and within AWS’s limit', async () => {
    const target = await makeInstance()
    const plan = await world.plan('protectInstance', target)
    expect(plan.plan.steps[0]?.calls.length).toBeGreaterThan(VOLUMES)
    expect(await world.perform(plan)).toMatchObject({ kind: 'applied' })
    const policies = await policiesOf(plan.hash)
    expect(policies.length).toBeGreaterThan(1)
    expect(Math.max(...policies.map(({ length }) => length))).toBeLessThanOrEqual(SESSION_POLICY_LIMIT)
    const volumes = policies.map((policy) => policy.match(/vol-\w+/g) ?? [])
    expect(new Set(volumes.flat()).size).toBe(volumes.flat().length)
    const [permit, ...more] = await world.gate.owner.selectFrom('permit').selectAll().execute()
    expect([permit?.attempt, more]).toEqual([policies.length, []])
    const { Reservations = [] } = await world.ec2.send(
      new DescribeInstancesCommand({ InstanceIds: [target.instanceId] }),
    )
    const mappings = Reservations[0]?.Instances?.[0]?.BlockDeviceMappings ?? []
    expect(mappings.filter(({ Ebs }) => Ebs?.DeleteOnTermination !== false)).toEqual([])
  })
})
