import { type Draft, type Loose, type Plant, pick, type Random, tableOf, writesIn } from '../planting.ts'

/** What a write names as its target. */
function targetOf(draft: Draft, random: Random): { readonly write: Loose; readonly name: string } {
  const write = pick(
    writesIn(draft).filter((one) => namesIn(one).length > 0),
    random,
  )
  return { write, name: pick(namesIn(write), random) }
}

const namesIn = ({ parameters }: Loose): readonly string[] =>
  ['userName', 'roleName', 'instanceId'].flatMap((name) => {
    const value = (parameters as Loose)[name]
    return typeof value === 'string' ? [value] : []
  })

const protect = (draft: Draft, entry: Loose): void => {
  for (const row of tableOf(draft, 'policy')) ((row['body'] as Loose)['protected'] as Loose[]).push(entry)
}

const onto =
  (userName: string): Plant =>
  (draft, random) => {
    const write = pick(writesIn(draft), random)
    draft.calls.push({ ...write, operation: 'iam:PutUserPolicy', requestId: 'planted', parameters: { userName } })
  }

export const protectedAssetsPlants: Readonly<Record<string, Plant>> = {
  'the break-glass user was changed': onto('break-glass-admin'),
  'a user of Cordon’s own was changed': onto('cordon-executor'),
  'a role of Cordon’s own was changed': (draft, random) => {
    const write = pick(writesIn(draft), random)
    draft.calls.push({
      ...write,
      operation: 'iam:PutRolePolicy',
      requestId: 'planted',
      parameters: { roleName: 'CordonReader' },
    })
  },
  'what was changed is protected by name': (draft, random) => protect(draft, { name: targetOf(draft, random).name }),
  'what was changed is protected by a pattern': (draft, random) =>
    protect(draft, { name: `${targetOf(draft, random).name.slice(0, -2)}*` }),
  'what was changed is protected in its account': (draft, random) => {
    const { write, name } = targetOf(draft, random)
    protect(draft, { name, account: write['account'] })
  },
  'what was changed carries the tag, and nobody voted': (draft, random) => {
    tableOf(draft, 'vote').length = 0
    const { name } = targetOf(draft, random)
    const tables = ['user', 'role', 'instance'].flatMap((table) => Object.entries(draft.state[table] ?? {}))
    for (const [key, document] of tables)
      if (key.endsWith(`/${name}`)) document['tags'] = { 'cordon:protected': 'true' }
  },
}
