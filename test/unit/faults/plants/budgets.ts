import { type Draft, hexOf, type Loose, type Plant, pick, planIn, type Random, tableOf, writesIn } from '../planting.ts'

/** The policy’s budget for plans that people approved, made smaller than what was changed. */
function narrow(draft: Draft, change: (budget: Loose) => void): void {
  for (const row of tableOf(draft, 'policy')) {
    const { budgets } = row['body'] as { budgets: Record<string, Loose> }
    for (const kind of ['approved', 'automatic']) change(budgets[kind] ?? {})
  }
}

/** As many more writes, each on an asset of its own, within a window that ends with a write. */
function spree(draft: Draft, random: Random, assets: number): void {
  const write = pick(writesIn(draft), random)
  const tags = draft.state['session']?.[String(write['accessKeyId'])]?.['tags'] as Loose
  const bytes = pick(
    tableOf(draft, 'plan').filter(({ hash }) => hash === tags['cordon:plan']),
    random,
  )['bytes']
  for (let nth = 0; nth < assets; nth++) {
    const plan = nth.toString(16).padStart(64, '0')
    const accessKeyId = `ASIAPLANTED${nth}`
    tableOf(draft, 'plan').push({ hash: plan, bytes })
    tableOf(draft, 'permit').push({ id: `planted-${nth}`, plan, step: 0, target_key: `planted/${nth}` })
    ;(draft.state['session'] ??= {})[accessKeyId] = { tags: { 'cordon:plan': plan, 'cordon:step': '0' } }
    draft.calls.push({
      ...write,
      accessKeyId,
      requestId: `planted-${nth}`,
      at: Number(write['at']) - Math.floor(random() * MOST_MS),
    })
  }
}

const MOST_MS = 500_000
const BUDGET = 100

export const budgetsPlants: Readonly<Record<string, Plant>> = {
  'nothing may be changed': (draft) => narrow(draft, (budget) => void (budget['assets'] = 0)),
  'one asset more than the budget was changed': (draft, random) => spree(draft, random, BUDGET + 1),
  'many more assets than the budget were changed': (draft, random) => spree(draft, random, BUDGET + 50),
  'two assets were changed and one may be': (draft, random) => {
    narrow(draft, (budget) => void (budget['assets'] = 1))
    spree(draft, random, 2)
  },
  'the plan ran without votes, beyond what may': (draft, random) => {
    for (const row of tableOf(draft, 'plan'))
      row['bytes'] = hexOf({ ...planIn(row), quorum: { required: 0, groups: 0 } })
    spree(draft, random, 5)
  },
}
