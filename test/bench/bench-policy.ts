import { quickened } from '../support/demo-policy.ts'

/** The policy of tests, which waits for nothing: a bench measures work. Budgets do not end it. */
export const benchPolicy = (policy: string): string =>
  quickened(policy).replace('approved: { assets: 100, per: 10m }', 'approved: { assets: 100000, per: 10m }')
