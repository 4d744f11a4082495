import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { drill } from '#cli/commands/drill'
import { ask } from './asking.ts'
import { type FakeCordon, startFakeCordon } from './fake-cordon.ts'

let cordon: FakeCordon
beforeEach(async () => {
  cordon = await startFakeCordon()
})
afterEach(() => cordon.stop())

const approving = { words: ['stolen-access-key'], options: { approve: true } } as const

describe('cordon drill', () => {
  it('lists the drills there are', async () => {
    const { text } = await ask(drill, cordon, { options: { list: true } })
    expect(text).toContain('stolen-access-key')
  })

  it('approves every plan of the runbook with two people and ends recovered, with its times', async () => {
    const { document, hasFailed } = await ask(drill, cordon, approving)
    expect(hasFailed).toBeUndefined()
    expect(document).toEqual({
      incident: 'INC-1',
      status: 'recovered',
      times: {
        page: 0.5,
        decision: expect.any(Number),
        firstWrite: expect.any(Number),
        contained: expect.any(Number),
        recovered: expect.any(Number),
      },
    })
    expect(cordon.plans.map(({ kind, status }) => `${kind} ${status}`)).toEqual([
      'contain done',
      'contain done',
      'recover done',
      'undo done',
      'undo done',
    ])
    expect(cordon.changes.filter((change) => change.startsWith('approver1'))).toHaveLength(5)
    expect(cordon.changes.filter((change) => change.startsWith('approver2'))).toHaveLength(5)
  })

  it('shows each plan before it is decided, with every change, what it cannot cut and both clocks', async () => {
    const { said } = await ask(drill, cordon, approving)
    const before = said.slice(0, said.indexOf('Ada (security): approved'))
    for (const text of [
      'Stop the user, then its keys',
      'ourPolicy: nothing → deny-all',
      'not cut: Sessions of roles live on',
      'also touched: One user',
      'quorum 0 of 2',
      'decide by',
      'then it may run for 15 min',
    ])
      expect(before).toContain(text)
  })

  it('shows the calls that were made, the read-back, what the key did and what could not be seen', async () => {
    const { said } = await ask(drill, cordon, approving)
    for (const text of [
      'made at',
      'read back 1',
      'as planned',
      'sts:AssumeRole from 192.0.2.44',
      'not seen: Data events',
      'because the key was used',
    ])
      expect(said).toContain(text)
  })

  it('undoes the first containment after a false positive, denies the rest and ends recovered', async () => {
    const { document, said } = await ask(drill, cordon, {
      ...approving,
      options: { approve: true, falsePositive: true },
    })
    expect(document).toMatchObject({ status: 'recovered' })
    expect(cordon.plans.map(({ kind, status }) => `${kind} ${status}`)).toEqual([
      'contain done',
      'contain denied',
      'undo done',
    ])
    expect(said).toContain('ourPolicy: deny-all → nothing')
  })

  it('emits every event for programs, and the result is its document', async () => {
    const { emitted } = await ask(drill, cordon, { ...approving, options: { approve: true, json: true } })
    expect(emitted).toContainEqual(expect.objectContaining({ type: 'page.sent' }))
  })

  it('names the drills there are when one is asked for that does not exist', async () => {
    await expect(ask(drill, cordon, { words: ['nothing'] })).rejects.toMatchObject({
      exit: 1,
      message: expect.stringContaining('there is stolen-access-key'),
    })
  })

  it('wants a name', async () => {
    await expect(ask(drill, cordon)).rejects.toMatchObject({ exit: 2 })
  })
})
