import { policyOf } from './ballot.ts'
import { number, object, plansOf, text } from './record.ts'
import { type Checker, violationOf } from './violation.ts'
import { cordonsWrites, isByWriter, writeOf } from './writes.ts'

const violation = violationOf('I10')

interface Change {
  readonly at: number
  readonly account: string
  readonly target: string
  readonly assets: number
  readonly windowMs: number
}

/** I10: in every window that ends with a change, no more assets of an account were changed than the policy of that change’s plan allows. */
export const budgets: Checker = (run) => {
  const changes = cordonsWrites(run)
    .filter((call) => isByWriter(call) && call.outcome === 'allowed')
    .flatMap((call): readonly Change[] => {
      const { plan: hash, permit } = writeOf(run, call)
      const plan = plansOf(run).get(hash)?.plan
      if (plan === undefined || permit === undefined) return []
      const kind = plan.quorum.required === 0 ? 'automatic' : 'approved'
      const budget = object(object(policyOf(run, plan)['budgets'])[kind])
      const { at, account } = call
      return [
        {
          at,
          account,
          target: text(permit, 'target_key'),
          assets: number(budget, 'assets'),
          windowMs: number(budget, 'windowMs'),
        },
      ]
    })
  return changes.flatMap(({ at, account, assets, windowMs }) => {
    const inWindow = changes.filter((one) => one.account === account && one.at <= at && one.at > at - windowMs)
    const used = new Set(inWindow.map(({ target }) => target)).size
    return used <= assets
      ? []
      : [violation(account, `${used} assets were changed within ${windowMs} ms, and ${assets} may be`)]
  })
}
