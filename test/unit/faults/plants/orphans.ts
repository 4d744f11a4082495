import { type Draft, type Loose, type Plant, pick, type Random, tableOf } from '../planting.ts'

const documents = (draft: Draft, table: string): readonly Loose[] => Object.values(draft.state[table] ?? {})

const SHOP = '111122223333'

/** One more document like one that is there, under a key of its own. */
function more(draft: Draft, table: string, document: Loose): void {
  ;(draft.state[table] ??= {})['planted'] = document
}

const OTHER_POLICY = '{"Version":"2012-10-17","Statement":[]}'

function policyOn(table: string, name: string) {
  return (draft: Draft, random: Random): void => {
    const principal = pick(documents(draft, table), random)
    principal['inline'] = { ...(principal['inline'] as Loose), [name]: OTHER_POLICY }
  }
}

/** What an undo took away, again in the accounts. */
function back(operation: string) {
  return (draft: Draft, random: Random): Loose => {
    const calls = tableOf(draft, 'permit').flatMap(({ outcome }) => (outcome as { calls?: Loose[] })['calls'] ?? [])
    const one = pick(
      calls.filter((call) => call['operation'] === operation),
      random,
    )
    return one['change'] as Loose
  }
}

export const orphansPlants: Readonly<Record<string, Plant>> = {
  'a group with our tag is unknown': (draft, random) =>
    more(draft, 'securityGroup', {
      ...pick(documents(draft, 'securityGroup'), random),
      id: 'sg-1',
      tags: { 'cordon:isolates': 'i-1' },
    }),
  'a group with our name is unknown': (draft, random) =>
    more(draft, 'securityGroup', {
      ...pick(documents(draft, 'securityGroup'), random),
      id: 'sg-2',
      name: 'CordonIsolated-i-1',
    }),
  'a group for untracked connections is unknown': (draft, random) =>
    more(draft, 'securityGroup', {
      ...pick(documents(draft, 'securityGroup'), random),
      id: 'sg-3',
      name: 'CordonUntracked-i-1',
    }),
  'a snapshot of ours is unknown': (draft) =>
    more(draft, 'snapshot', {
      id: 'snap-1',
      tags: { 'cordon:evidence-of': 'i-1' },
      startedAt: Date.parse(draft.takenAt),
    }),
  'a command of ours is unknown': (draft) =>
    more(draft, 'command', {
      id: 'command-1',
      comment: 'cordon: volatile evidence',
      sentAt: Date.parse(draft.takenAt),
    }),
  'a secret of ours is unknown': (draft) =>
    more(draft, 'secret', { name: 'cordon/rotated/nobody', tags: { 'cordon:key-id': 'AKIAPLANTED' } }),
  'a second key of a rotated user is unknown': (draft, random) => {
    back('iam:CreateAccessKey')(draft, random)
    const key = pick(
      documents(draft, 'accessKey').filter(({ user, account }) => user === 'deploy-bot' && account === SHOP),
      random,
    )
    more(draft, 'accessKey', { ...key, id: 'AKIAPLANTED', createdAt: Number(key['createdAt']) - 1 })
  },
  'a policy of ours on a user is unknown': policyOn('user', 'CordonDenyAll'),
  'a policy of ours on a role is unknown': policyOn('role', 'CordonRevokeSessions'),
  'a policy against sessions is unknown': policyOn('role', 'CordonDenySessions-i-1'),
  'the policy that an undo took away is there': (draft, random) => {
    const { before } = back('iam:DeleteUserPolicy')(draft, random)
    const user = pick(
      documents(draft, 'user').filter(({ name, account }) => name === 'deploy-bot' && account === SHOP),
      random,
    )
    user['inline'] = { ...(user['inline'] as Loose), CordonDenyAll: before }
  },
  'a policy of ours is on somebody else': (draft, random) => {
    const { before } = back('iam:DeleteUserPolicy')(draft, random)
    const users = documents(draft, 'user').filter(({ name }) => name !== 'deploy-bot')
    pick(users, random)['inline'] = { CordonDenyAll: before }
  },
  'the policy that an undo took from a role is there': (draft, random) => {
    const { before } = back('iam:DeleteRolePolicy')(draft, random)
    const role = pick(
      documents(draft, 'role').filter(({ name, account }) => name === 'shop-deploy' && account === SHOP),
      random,
    )
    role['inline'] = { ...(role['inline'] as Loose), CordonRevokeSessions: before }
  },
  'the record has forgotten a group': (draft, random) => forget(draft, random, 'ec2:CreateSecurityGroup'),
  'the record has forgotten a snapshot': (draft, random) => forget(draft, random, 'ec2:CreateSnapshots'),
}

/** Takes the effects of an operation out of the record. */
function forget(draft: Draft, random: Random, operation: string): void {
  pick(
    tableOf(draft, 'permit').filter(({ outcome }) => JSON.stringify(outcome).includes(operation)),
    random,
  )
  for (const table of ['permit', 'plan_step'])
    for (const row of tableOf(draft, table)) {
      const outcome = row['outcome'] as { calls?: Loose[]; made?: Loose[] } | null
      if (outcome?.calls === undefined) continue
      const ids = outcome.calls
        .filter((call) => call['operation'] === operation)
        .map((call) => (call['change'] as Loose)['after'])
      const text = ids.reduce<string>((left, id) => left.replaceAll(String(id), 'forgotten'), JSON.stringify(outcome))
      row['outcome'] = JSON.parse(text) as Loose
    }
}
