import { expect, test } from 'vitest'
import { createCallLog } from '#simulator/calls'
import { changesBy } from '#simulator/passing-time'
import { seedOrganization } from '#simulator/seed/seed'
import { createStore, draftOver } from '#simulator/state/store'
import { createTrail } from '#simulator/trail/trail'
import { entriesOf, type Step, take } from '#simulator/world'

const AT = Date.UTC(2026, 0, 1)

const emptyWorld = () => ({ store: createStore(), trail: createTrail(), calls: createCallLog() })

const row = (id: string) => ({
  id,
  at: AT,
  visibleAt: AT,
  account: '111122223333',
  region: 'us-east-1',
  name: 'ListUsers',
  source: 'iam.amazonaws.com',
  readOnly: true,
  accessKeyId: 'AKIAEXAMPLE',
  username: 'deploy-bot',
  resources: [],
  event: '{}',
})

const call = (requestId: string) => ({
  at: AT,
  account: '111122223333',
  region: 'us-east-1',
  operation: 'iam:ListUsers',
  access: 'read' as const,
  principal: 'arn',
  accessKeyId: 'AKIAEXAMPLE',
  userAgent: '',
  parameters: null,
  outcome: 'allowed' as const,
  requestId,
})

function seededWorld() {
  const world = emptyWorld()
  const { draft, changes } = draftOver(world.store.now())
  seedOrganization(draft, AT)
  take(world, { at: AT, changes: changes(), trail: [row('1'), row('2')], call: call('a') })
  take(world, { at: AT, changes: [], trail: [], call: call('b') })
  return world
}

test('what a compacted journal holds brings everything back: documents, events, calls', () => {
  const world = seededWorld()
  const copy = emptyWorld()
  for (const entry of entriesOf(world)) take(copy, JSON.parse(JSON.stringify(entry)) as Step)
  expect([...copy.store.all()]).toEqual([...world.store.all()])
  expect(copy.trail.all()).toEqual(world.trail.all())
  expect(copy.calls.all()).toEqual(world.calls.all())
})

test('every member account is seeded with what Cordon responds to', () => {
  const view = seededWorld().store.now()
  for (const { id, environment } of view.list('account', '')) {
    if (environment === 'hub') continue
    const place = `${id}/eu-central-1/`
    const instances = view.list('instance', place)
    expect(instances).toHaveLength(3)
    expect(
      view
        .list('volume', place)
        .map(({ instance = 'nothing' }) => instance)
        .toSorted(),
    ).toEqual(instances.map((one) => one.id).toSorted())
    expect(view.list('autoScalingGroup', place)[0]?.members).toHaveLength(2)
    expect(view.list('function', place)).toHaveLength(1)
    expect(view.list('database', place)).toHaveLength(1)
    expect(view.list('instanceProfile', `${id}/`)).toHaveLength(1)
    const [bucket] = view.list('bucket', '').filter(({ account }) => account === id)
    expect(bucket?.versioning).toBe('Enabled')
    expect(view.list('object', `${bucket?.name}/`).length).toBeGreaterThan(0)
    expect(view.get('user', `${id}/break-glass-admin`)?.tags).toEqual({ 'cordon:protected': 'true' })
    const keys = view.list('accessKey', '').filter(({ account }) => account === id)
    expect(keys.map(({ user }) => user).toSorted()).toEqual([
      'administrator',
      'deploy-bot',
      expect.stringContaining('-reports'),
    ])
  }
})

test('as time passes nothing changes in accounts where nothing happens', () => {
  expect(changesBy(seededWorld().store.now(), AT + 86_400_000)).toEqual([])
})

test('an instance in service that no longer answers is ended and replaced; all others stay', () => {
  const world = seededWorld()
  const place = '111122223333/eu-central-1/'
  const [victim] = world.store.now().list('autoScalingGroup', place)[0]?.members ?? []
  const [eni] = world.store
    .now()
    .list('networkInterface', place)
    .filter(({ attachment }) => attachment !== undefined && attachment.instance === victim?.instance)
  if (!eni) throw new Error('The first instance of the group has no network interface')
  take(world, { at: AT, changes: [['networkInterface', place + eni.id, { ...eni, groups: [] }]], trail: [] })
  for (let at = AT; at < AT + 5000; at += 200) take(world, { at, changes: changesBy(world.store.now(), at), trail: [] })
  const members = world.store.now().list('autoScalingGroup', place)[0]?.members ?? []
  expect(members.map(({ lifecycle }) => lifecycle)).toEqual(['InService', 'InService'])
  expect(members.map(({ instance }) => instance)).not.toContain(victim?.instance)
  const states = world.store
    .now()
    .list('instance', place)
    .map(({ state }) => state)
  expect(states.toSorted()).toEqual(['running', 'running', 'running', 'terminated'])
})

test('an instance in standby may stop: its health is not looked at, and it is not replaced', () => {
  const world = seededWorld()
  const place = '111122223333/eu-central-1/'
  const group = world.store.now().list('autoScalingGroup', place)[0]
  const [member, ...others] = group?.members ?? []
  const instance = world.store.now().get('instance', place + member?.instance)
  if (!group || !member || !instance) throw new Error('The group has no instance')
  const waiting = { ...group, desired: 1, members: [{ ...member, lifecycle: 'Standby' as const }, ...others] }
  take(world, {
    at: AT,
    changes: [
      ['autoScalingGroup', place + group.name, waiting],
      ['instance', place + instance.id, { ...instance, state: 'stopped' }],
    ],
    trail: [],
  })
  for (let at = AT; at < AT + 5000; at += 200) take(world, { at, changes: changesBy(world.store.now(), at), trail: [] })
  expect(world.store.now().list('autoScalingGroup', place)[0]?.members).toEqual(waiting.members)
})
