import { describe, expect, it } from 'vitest'
import type { CallRow } from '#simulator/calls'
import { differences } from './compare.ts'
import type { FaultRun } from './run.ts'

const call = (operation: string): CallRow => ({
  at: 1,
  account: '111122223333',
  region: 'us-east-1',
  operation,
  access: 'write',
  principal: 'arn:aws:sts::111122223333:assumed-role/CordonResponder/cordon-inc-1-0',
  accessKeyId: 'ASIAEXAMPLE',
  userAgent: '',
  parameters: {},
  outcome: 'allowed',
  requestId: 'one',
})

const run: FaultRun = {
  calls: [call('iam:PutUserPolicy'), call('iam:CreateAccessKey')],
  state: {},
  tables: {
    plan: [{ hash: 'a', kind: 'contain', status: 'done' }],
    plan_step: [{ plan: 'a', index: 0, status: 'done' }],
    incident: [{ status: 'closed' }],
  },
  histories: {},
  client: [],
  pages: [{ webhookId: 'one', body: { person: 'ada', level: 1 }, at: '' }],
  faults: [],
  takenAt: '',
}

const otherwise = (changed: Partial<FaultRun>): readonly string[] => differences({ ...run, ...changed }, run)
const withTable = (name: string, rows: readonly object[]) =>
  otherwise({ tables: { ...run.tables, [name]: rows as FaultRun['tables'][string] } })

describe('a run', () => {
  it('that ended as its twin has nothing wrong, nor one that repeated an idempotent write', () => {
    expect(differences(run, run)).toEqual([])
    expect(otherwise({ calls: [...run.calls, call('iam:PutUserPolicy')] })).toEqual([])
    expect(otherwise({ pages: [...run.pages, ...run.pages] })).toEqual([])
  })

  it.each([
    ['left a declared call out', () => otherwise({ calls: run.calls.slice(1) })],
    ['created something twice', () => otherwise({ calls: [...run.calls, call('iam:CreateAccessKey')] })],
    ['made a call that nobody declared', () => otherwise({ calls: [...run.calls, call('iam:DeleteUser')] })],
    ['ended a plan otherwise', () => withTable('plan', [{ hash: 'a', kind: 'contain', status: 'failed' }])],
    ['ended a step otherwise', () => withTable('plan_step', [{ plan: 'a', index: 0, status: 'failed' }])],
    ['left its incident open', () => withTable('incident', [{ status: 'open' }])],
    ['opened a task', () => withTable('task', [{ text: 'look', whom: ['ada'] }])],
    [
      'paged somebody under a second id',
      () => otherwise({ pages: [...run.pages, { ...run.pages[0], webhookId: 'two' } as never] }),
    ],
  ])('that %s is told from its twin', (_what, wrong) => {
    expect(wrong()).not.toEqual([])
  })
})
