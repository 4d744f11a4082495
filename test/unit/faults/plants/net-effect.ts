import { type Draft, type Loose, type Plant, pick, type Random, tableOf, writesIn } from '../planting.ts'

const documents = (draft: Draft, table: string): readonly Loose[] => Object.values(draft.state[table] ?? {})

/** A write that makes something, made once more. */
function again(draft: Draft, random: Random, operation: RegExp): void {
  const write = pick(
    writesIn(draft).filter((one) => operation.test(String(one['operation']))),
    random,
  )
  draft.calls.push({ ...write, requestId: 'planted', at: Number(write['at']) + 1 })
}

const cordons = (draft: Draft, table: string): readonly Loose[] =>
  documents(draft, table).filter((one) => JSON.stringify(one).includes('Cordon'))

export const netEffectPlants: Readonly<Record<string, Plant>> = {
  'something was created twice': (draft, random) =>
    again(draft, random, /Create(AccessKey|Secret|SecurityGroup)|SendCommand/),
  'a second key is left': (draft, random) => {
    const key = pick(
      documents(draft, 'accessKey').filter(({ user }) => user === 'deploy-bot'),
      random,
    )
    const id = 'AKIAPLANTED000000000'
    ;(draft.state['accessKey'] ??= {})[id] = { ...key, id }
  },
  'a policy of ours is left': (draft, random) => {
    const user = pick(
      documents(draft, 'user').filter(({ name }) => name === 'deploy-bot'),
      random,
    )
    user['inline'] = { ...(user['inline'] as Loose), CordonDenyAll: '{}' }
  },
  'a policy of ours is missing': (draft, random) => {
    const role = pick(
      cordons(draft, 'role').filter((one) => JSON.stringify(one['inline']).includes('CordonDenySessions')),
      random,
    )
    role['inline'] = {}
  },
  'a key was never switched off': (draft, random) =>
    void (pick(
      documents(draft, 'accessKey').filter(({ status }) => status === 'Inactive'),
      random,
    )['status'] = 'Active'),
  'an interface has its old groups': (draft, random) => {
    const own = documents(draft, 'securityGroup').filter(({ name }) => String(name).startsWith('CordonIsolated'))
    const isolated = pick(own, random)['id']
    const one = pick(
      documents(draft, 'networkInterface').filter(({ groups }) => (groups as unknown[]).includes(isolated)),
      random,
    )
    one['groups'] = ['sg-00000000000000000']
  },
  'an instance lost its protection': (draft, random) =>
    void (pick(
      documents(draft, 'instance').filter(({ terminationProtected }) => terminationProtected === true),
      random,
    )['terminationProtected'] = false),
  'an instance is back in service': (draft, random) => {
    const groups = documents(draft, 'autoScalingGroup')
    const members = groups.flatMap(({ members: all }) => all as Loose[])
    pick(
      members.filter(({ lifecycle }) => lifecycle === 'Standby'),
      random,
    )['lifecycle'] = 'InService'
  },
  'there is a snapshot of ours that the record does not know': (draft, random) => {
    const snapshot = pick(documents(draft, 'snapshot'), random)
    ;(draft.state['snapshot'] ??= {})['planted'] = { ...snapshot, id: 'snap-00000000000000000' }
  },
  'a second group of ours is there': (draft, random) => {
    const group = pick(
      documents(draft, 'securityGroup').filter(({ name }) => String(name).startsWith('Cordon')),
      random,
    )
    ;(draft.state['securityGroup'] ??= {})['planted'] = { ...group, id: 'sg-00000000000000000' }
  },
  'somebody’s user is gone': (draft, random) => {
    const users = draft.state['user'] ?? {}
    delete users[pick(Object.keys(users), random)]
  },
  'somebody’s bucket is gone': (draft, random) => {
    const buckets = draft.state['bucket'] ?? {}
    delete buckets[pick(Object.keys(buckets), random)]
  },
  'the permit says another end': (draft, random) => {
    const calls = tableOf(draft, 'permit').flatMap(({ outcome }) => (outcome as { calls?: Loose[] })['calls'] ?? [])
    const states = calls.filter(({ operation }) =>
      /UpdateAccessKey|InstanceProtection|ModifyNetwork/.test(String(operation)),
    )
    ;(pick(states, random)['change'] as Loose)['after'] = 'something else'
  },
}
