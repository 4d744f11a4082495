import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Doing } from '#activities/actions/doing'
import { DENY_ALL } from '#domain/catalogue/deny-user'
import { defineEntry } from '#domain/catalogue/entry'
import { type ErasedEntry, entryOf, fits } from '#domain/catalogue/erased'
import { type ActionName, catalogue, isActionName } from '#domain/catalogue/index'
import { declaredCalls } from '#domain/declared'
import { type DeclaredCall, fill, type State } from '#domain/state'
import type { IamRole, IamUser, Target, UserKey } from '#domain/targets'

const account = '111122223333'
const user: IamUser = { kind: 'iam-user', account, userId: 'AIDA1', name: 'deploy-bot' }
const role: IamRole = { kind: 'iam-role', account, roleId: 'AROA1', name: 'shop-deploy' }
const key: UserKey = { kind: 'user-key', account, accessKeyId: 'AKIA1', user }
const targets: Readonly<Record<Target['kind'], Target>> = { 'iam-user': user, 'iam-role': role, 'user-key': key }

const status = fc.constantFrom('Active', 'Inactive')
const ourPolicy = fc.record({ ourPolicy: fc.option(fc.string({ minLength: 1 })) })

/** Every state in which an action may find its target. */
const states: Readonly<Record<ActionName, fc.Arbitrary<State>>> = {
  denyUser: ourPolicy,
  deactivateAccessKeys: fc.dictionary(fc.constantFrom('AKIA1', 'AKIA2'), status),
  revokeRoleSessions: ourPolicy,
  rotateAccessKey: fc.constantFrom(
    { keys: 'AKIA1', newKey: null, secret: null },
    { keys: '', newKey: null, secret: null },
  ),
}

const names = Object.keys(catalogue) as readonly ActionName[]
const values = { newKeyId: 'AKIA9', issuedBefore: '2026-01-01T00:00:00Z' }
const place = { arn: 'arn', partition: 'aws', region: 'eu-central-1' }
const targetOf = ({ target }: ErasedEntry): Target => targets[target]

/** The calls as they were made, with what the placeholders turned out to be. */
const made = (calls: readonly DeclaredCall[]): readonly DeclaredCall[] =>
  calls.map((call) => ({ ...call, change: { ...call.change, after: fill(call.change.after, values) } }))

/** The target after the calls. */
const after = (before: State, calls: readonly DeclaredCall[]): State => ({
  ...before,
  ...Object.fromEntries(calls.map(({ change }) => [change.field, change.after])),
})

describe.each(names)('%s', (action) => {
  const entry = entryOf(action)
  const target = targetOf(entry)

  it('is put back to what it was by the calls of its undo', () => {
    fc.assert(
      fc.property(states[action], (before) => {
        const calls = made(entry.calls(target, before))
        const live = after(before, calls)
        expect(after(live, entry.undo(target, calls, live))).toEqual(before)
      }),
    )
  })

  it('has an undo that touches nothing that somebody else has written since', () => {
    fc.assert(
      fc.property(states[action], (before) => {
        const calls = made(entry.calls(target, before))
        const strange = Object.fromEntries(calls.map(({ change }) => [change.field, 'a stranger’s']))
        expect(entry.undo(target, calls, { ...before, ...strange })).toEqual([])
      }),
    )
  })

  it('makes only calls that it declares, with permissions that it declares', () => {
    fc.assert(
      fc.property(states[action], (before) => {
        const calls = made(entry.calls(target, before))
        for (const call of [...calls, ...entry.undo(target, calls, after(before, calls))]) {
          expect(entry.operations.map(({ operation }) => operation)).toContain(call.operation)
          const declared = entry.operations.flatMap(({ permissions }) => permissions)
          expect(call.permissions.filter((permission) => !declared.includes(permission))).toEqual([])
        }
      }),
    )
  })

  it('fits a session policy with room to spare', () => {
    fc.assert(
      fc.property(states[action], (before) => {
        const calls = declaredCalls(
          { action, target, before },
          { ...place, arn: `arn:aws:iam::${account}:user/${'x'.repeat(64)}` },
        )
        const statements = calls.map(({ permissions, resource }) => ({
          Effect: 'Allow',
          Action: permissions,
          Resource: resource,
        }))
        // Source: STS, AssumeRole: a session policy has at most 2,048 characters.
        expect(JSON.stringify({ Version: '2012-10-17', Statement: statements }).length).toBeLessThan(2048)
      }),
    )
  })

  it('tells approvers what it does and where that is written', () => {
    expect(entry.describe(target).length).toBeGreaterThan(20)
    expect(entry.sources.length).toBeGreaterThan(0)
    expect(entry.reads.length).toBeGreaterThan(0)
    expect(entry.reversible).toBe(true)
  })

  it('fits its own kind of target only', () => {
    expect(Object.values(targets).filter((other) => fits(action, other))).toEqual([target])
  })
})

describe('the calls', () => {
  it('on several keys are in one order, whatever the order of the fields', () => {
    const fieldsOf = (before: State) =>
      entryOf('deactivateAccessKeys')
        .calls(user, before)
        .map(({ change }) => change.field)
    expect(fieldsOf({ AKIA2: 'Active', AKIA1: 'Active' })).toEqual(['AKIA1', 'AKIA2'])
    expect(fieldsOf({ AKIA1: 'Active', AKIA2: 'Active' })).toEqual(['AKIA1', 'AKIA2'])
  })

  it('that take a rotation back go the other way round', () => {
    const rotation = entryOf('rotateAccessKey')
    const before = { keys: 'AKIA1', newKey: null, secret: null }
    const calls = made(rotation.calls(key, before))
    expect(rotation.undo(key, calls, after(before, calls)).map(({ operation }) => operation)).toEqual([
      'secretsmanager:DeleteSecret',
      'iam:DeleteAccessKey',
    ])
  })

  it('that deny fit beside whatever else a user’s inline policies hold', () => {
    // Source: IAM quotas, inline policies of a user: 2,048 characters together, white space not counted.
    expect(DENY_ALL.length).toBeLessThan(2048 / 20)
    expect(JSON.parse(DENY_ALL)).toMatchObject({ Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] })
  })
})

describe('a name', () => {
  it('is an action’s only when the catalogue has it', () => {
    expect(isActionName('denyUser')).toBe(true)
    expect(isActionName('toString')).toBe(false)
  })
})

describe('an entry that is not whole', () => {
  it('does not compile', () => {
    const { undo, ...withoutInverse } = catalogue.denyUser
    const { sources, ...withoutSources } = catalogue.denyUser
    // @ts-expect-error -- an action without its inverse
    defineEntry<IamUser, State>()({ ...withoutInverse })
    // @ts-expect-error -- an action that does not say where it is written
    defineEntry<IamUser, State>()({ ...withoutSources })
    // @ts-expect-error -- an action on another kind of target than its calls take
    defineEntry<IamUser, State>()({ ...catalogue.denyUser, target: 'iam-role' })
    // @ts-expect-error -- an action of no phase
    defineEntry<IamUser, State>()({ ...catalogue.denyUser, phase: 'escalate' })
    expect([undo, sources]).not.toContain(undefined)
  })

  it('cannot be done: every action has its other half, and a reversible one its revert', () => {
    type Half = Doing<'denyUser'>
    // @ts-expect-error -- a reversible action that says that it cannot be undone
    const revert: Half['revert'] = 'cannot be undone'
    // @ts-expect-error -- a half that reads and applies, and puts nothing back
    const half = (rest: Omit<Half, 'revert'>): Half => rest
    expect([typeof revert, typeof half]).toEqual(['string', 'function'])
  })
})
