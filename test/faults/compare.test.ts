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
  state: { user: { '111122223333/deploy-bot': { name: 'deploy-bot', inline: {} } } },
  tables: {
    plan: [{ hash: 'a', kind: 'contain', status: 'done' }],
    plan_step: [{ plan: 'a', index: 0, status: 'done' }],
    incident: [{ status: 'closed' }],
    vote: [{ plan: 'a', person: 'approver1', decision: 'approve' }],
    comment: [{ incident: 'i', text: 'hm' }],
    audit_entry: [
      { id: 1, stream: 'i', seq: 1 },
      { id: 2, stream: 'i', seq: 2 },
    ],
    audit_leaf: [
      { index: 0, entry: 1 },
      { index: 1, entry: 2 },
    ],
  },
  histories: {},
  client: [
    { kind: 'vote', subject: { plan: 'a', person: 'approver1', decision: 'approve' }, sentAt: '', result: 'ok' },
    { kind: 'comment', subject: { incident: 'i', text: 'hm' }, sentAt: '', result: 'ok' },
  ],
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
    ['left the accounts otherwise', () => otherwise({ state: { user: {} } })],
    ['ended a plan otherwise', () => withTable('plan', [{ hash: 'a', kind: 'contain', status: 'failed' }])],
    ['ended a step otherwise', () => withTable('plan_step', [{ plan: 'a', index: 0, status: 'failed' }])],
    ['left its incident open', () => withTable('incident', [{ status: 'open' }])],
    ['lost a vote', () => withTable('vote', [])],
    ['lost a comment', () => withTable('comment', [])],
    ['opened a task', () => withTable('task', [{ text: 'look', whom: ['ada'] }])],
    [
      'paged somebody under a second id',
      () => otherwise({ pages: [...run.pages, { ...run.pages[0], webhookId: 'two' } as never] }),
    ],
    [
      'has a gap in its log',
      () =>
        withTable('audit_entry', [
          { id: 1, stream: 'i', seq: 1 },
          { id: 2, stream: 'i', seq: 3 },
        ]),
    ],
    ['left an entry unsealed', () => withTable('audit_leaf', [{ index: 0, entry: 1 }])],
    [
      'sealed an entry twice',
      () =>
        withTable('audit_leaf', [
          { index: 0, entry: 1 },
          { index: 1, entry: 2 },
          { index: 2, entry: 2 },
        ]),
    ],
  ])('that %s is told from its twin', (_what, wrong) => {
    expect(wrong()).not.toEqual([])
  })
})
