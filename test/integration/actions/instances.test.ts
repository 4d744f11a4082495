import { DescribeAutoScalingGroupsCommand, UpdateAutoScalingGroupCommand } from '@aws-sdk/client-auto-scaling'
import {
  AttachNetworkInterfaceCommand,
  CreateNetworkInterfaceCommand,
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Ec2Instance } from '#domain/targets'
import { dropDatabase, STAGING } from '../gate/world.ts'
import { cases } from './cases.ts'
import { interfacesOf } from './instance-cases.ts'
import { type ActionWorld, openActionWorld, REGION } from './world.ts'

let world: ActionWorld
beforeEach(async () => {
  world = await openActionWorld()
})
afterEach(() => world.close())
afterAll(dropDatabase)

const SWAP = 'ec2:ModifyNetworkInterfaceAttribute'

const operationsOf = async () => (await world.writes()).map(({ operation }) => operation)

const groupsOf = async (ec2: EC2Client, instance: Ec2Instance) =>
  (await interfacesOf({ ec2 }, instance)).map(({ Groups = [] }) => Groups.map(({ GroupName }) => GroupName))

describe('an instance where policy lets tracked connections be cut', () => {
  const staging = () => new EC2Client(world.simulator.client(STAGING, REGION))

  async function makeInstance(): Promise<Ec2Instance> {
    const run = new RunInstancesCommand({ ImageId: 'ami-0a1b2c3d4e5f60718', MinCount: 1, MaxCount: 1 })
    const { Instances: [made] = [] } = await staging().send(run)
    return { kind: 'ec2-instance', account: STAGING, region: REGION, instanceId: made?.InstanceId ?? '' }
  }

  it('passes through a group that lets everything through, and ends in the one that lets nothing through', async () => {
    const instance = await makeInstance()
    const plan = await world.plan('isolateInstance', instance)
    expect(await world.perform(plan)).toMatchObject({ kind: 'applied' })
    expect((await operationsOf()).filter((operation) => operation === SWAP)).toHaveLength(2)
    expect(await groupsOf(staging(), instance)).toEqual([[`CordonIsolated-${instance.instanceId}`]])
    expect(await world.discrepancies(plan)).toEqual([])
  })

  it('is cut off by the next executor when one died while it was open', async () => {
    const instance = await makeInstance()
    const plan = await world.plan('isolateInstance', instance)
    // The question to the gate and the five calls that make both groups come before.
    await world.performDying(plan, { nth: 7, moment: 'after' })
    expect(await groupsOf(staging(), instance)).toEqual([[`CordonUntracked-${instance.instanceId}`]])
    expect(await world.persist(plan)).toMatchObject({ kind: 'applied' })
    expect(await groupsOf(staging(), instance)).toEqual([[`CordonIsolated-${instance.instanceId}`]])
  })

  it('gets its own groups back, and both of ours are gone', async () => {
    const instance = await makeInstance()
    const before = await groupsOf(staging(), instance)
    const plan = await world.plan('isolateInstance', instance)
    const { calls = [] } = await world.perform(plan)
    await world.finish(plan)
    expect(await world.perform(await world.plan('isolateInstance', instance, { plan, calls }))).toMatchObject({
      kind: 'applied',
    })
    expect(await groupsOf(staging(), instance)).toEqual(before)
    const { SecurityGroups = [] } = await staging().send(new DescribeSecurityGroupsCommand({}))
    expect(SecurityGroups.filter(({ GroupName }) => GroupName?.startsWith('Cordon'))).toEqual([])
  })
})

describe('an instance with several interfaces', () => {
  const make = async (): Promise<Ec2Instance> => {
    const target = await cases.isolateInstance.make(world, 'conform')
    if (target.kind !== 'ec2-instance') throw new TypeError('It makes an instance')
    return target
  }

  async function attach(instance: Ec2Instance, DeviceIndex: number): Promise<void> {
    const [primary] = await interfacesOf(world, instance)
    const made = await world.ec2.send(new CreateNetworkInterfaceCommand({ SubnetId: primary?.SubnetId }))
    const NetworkInterfaceId = made.NetworkInterface?.NetworkInterfaceId
    const { instanceId: InstanceId } = instance
    await world.ec2.send(new AttachNetworkInterfaceCommand({ NetworkInterfaceId, InstanceId, DeviceIndex }))
  }

  it('is cut off on every one of them', async () => {
    const instance = await make()
    await attach(instance, 1)
    expect(await world.perform(await world.plan('isolateInstance', instance))).toMatchObject({ kind: 'applied' })
    const isolated = [`CordonIsolated-${instance.instanceId}`]
    expect(await groupsOf(world.ec2, instance)).toEqual([isolated, isolated])
  })

  it('is planned anew when one comes before the cut, and told of when one comes after it', async () => {
    const instance = await make()
    const plan = await world.plan('isolateInstance', instance)
    await attach(instance, 1)
    expect(await world.perform(plan)).toMatchObject({ kind: 'drifted' })
    const fresh = await world.plan('isolateInstance', instance)
    expect(await world.perform(fresh)).toMatchObject({ kind: 'applied' })
    await attach(instance, 2)
    expect((await world.discrepancies(fresh)).join()).toContain('was attached since and is not cut off')
  })

  it('that AWS’s services manage keeps those, and the plan says so', async () => {
    const { Reservations = [] } = await world.ec2.send(
      new DescribeInstancesCommand({ Filters: [{ Name: 'tag:Name', Values: ['shop-admin'] }] }),
    )
    const instance = { ...(await make()), instanceId: Reservations[0]?.Instances?.[0]?.InstanceId ?? '' }
    const { state } = await world.observe('isolateInstance', instance)
    expect(state['managed']).toMatch(/^eni-/)
    expect(await world.perform(await world.plan('isolateInstance', instance))).toMatchObject({ kind: 'applied' })
  })
})

describe('a group that is as small as it may be', () => {
  it('gets room for the standby first, and has its sizes back after the undo', async () => {
    const instance = await cases.suspendReplacement.make(world, 'conform')
    const AutoScalingGroupName = 'group-conform'
    const sizes = async () => {
      const asked = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [AutoScalingGroupName] })
      const [group] = (await world.autoScaling.send(asked)).AutoScalingGroups ?? []
      return [group?.MinSize, group?.DesiredCapacity, group?.MaxSize]
    }
    await world.autoScaling.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, MinSize: 2 }))
    const before = await sizes()
    const plan = await world.plan('suspendReplacement', instance)
    const { calls = [] } = await world.perform(plan)
    expect(calls.map(({ operation }) => operation)).toEqual([
      'autoscaling:SetInstanceProtection',
      'autoscaling:UpdateAutoScalingGroup',
      'autoscaling:EnterStandby',
    ])
    expect(await sizes()).toEqual([1, 1, 3])
    await world.finish(plan)
    expect(await world.perform(await world.plan('suspendReplacement', instance, { plan, calls }))).toMatchObject({
      kind: 'applied',
    })
    expect(await sizes()).toEqual(before)
  })
})
