import { describe, expect, it } from 'vitest'
import { asOneTry, type DoneStep } from '#domain/done-steps'
import type { DeclaredCall } from '#domain/state'

const call = (field: string, before: string | null, after: string | null): DeclaredCall => ({
  operation: 'iam:PutUserPolicy',
  permissions: ['iam:PutUserPolicy'],
  resource: 'arn:aws:iam::111122223333:user/deploy-bot',
  change: { field, before, after },
})

const step = (name: string, ...calls: readonly DeclaredCall[]): DoneStep => ({
  action: 'denyUser',
  target: { kind: 'iam-user', account: '111122223333', userId: `AIDA${name.toUpperCase()}`, name },
  calls,
})

describe('several tries of one proposal', () => {
  it('are what the only one did', () => {
    const only = [step('one', call('ourPolicy', null, 'ours')), step('two', call('ourPolicy', 'theirs', 'ours'))]
    expect(asOneTry([only])).toEqual(only)
  })

  it('are put back together in the order in which their targets were first changed', () => {
    const tries = [[step('one', call('ourPolicy', null, 'ours'))], [step('two', call('ourPolicy', null, 'ours'))]]
    expect(asOneTry(tries)).toEqual(tries.flat())
  })

  it('go back to what the first found, where the next went on from what the first left', () => {
    const tries = [[step('one', call('ourPolicy', null, 'old'))], [step('one', call('ourPolicy', 'old', 'new'))]]
    expect(asOneTry(tries)).toEqual([step('one', call('ourPolicy', null, 'new'))])
  })

  it('go back to what somebody else put there in between', () => {
    const tries = [[step('one', call('ourPolicy', null, 'ours'))], [step('one', call('ourPolicy', 'theirs', 'ours'))]]
    expect(asOneTry(tries)).toEqual([step('one', call('ourPolicy', 'theirs', 'ours'))])
  })

  it('keep what only the first changed of a target', () => {
    const tries = [[step('one', call('a', '0', '1'))], [step('one', call('b', '0', '1'))]]
    expect(asOneTry(tries)).toEqual([step('one', call('a', '0', '1'), call('b', '0', '1'))])
  })
})
