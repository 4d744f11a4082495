import { afterEach, describe, expect, it } from 'vitest'
import { quickPolicy } from '../support/demo-policy.ts'
import { plansOf, planThat, stealKey, writesFor } from './incident.ts'
import { openWorld, type World } from './world.ts'

const DRILLS = '111122223333'

let world: World
afterEach(() => world.close())

/** Two people of two groups approve the shape beforehand. */
async function approveBeforehand(): Promise<void> {
  const body = {
    runbook: 'compromised-user-credentials',
    actions: ['denyUser'],
    environment: 'production',
    assets: 1,
    per: '1h',
    expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
  }
  const change = { kind: 'standing-approval', title: 'Stop users when nobody is there', body }
  const proposed = await world.call('POST', '/api/changes', 'admin', change)
  expect(proposed).toMatchObject({ status: 201 })
  for (const who of ['approver1', 'approver2'] as const)
    await world.call('POST', `/api/changes/${proposed.body.id}/votes`, who, { decision: 'approve' })
}

describe('nobody decides, and people agreed beforehand what is done then', () => {
  it('so the user is denied, and the keys stay as they are', async () => {
    const policy = quickPolicy
      .replace('decideBy: 30m', 'decideBy: 1s')
      .replace('accounts: {}', `accounts: { "${DRILLS}": automatic }`)
    world = await openWorld({ policy: `${policy}\nonTimeout: { production: [denyUser] }` })
    await approveBeforehand()
    const id = await stealKey(world, DRILLS)
    await planThat(world, id, 'is expired', ({ status }) => status === 'expired')
    const done = await planThat(world, id, 'is done', ({ status }) => status === 'done')
    expect(done.steps.map(({ action }: { action: string }) => action)).toEqual(['denyUser'])
    expect(done.reason).toContain('nobody decided plan')
    expect((await plansOf(world, id)).filter(({ status }) => status === 'done')).toHaveLength(1)
    expect(await writesFor(world, id)).toEqual(['iam:PutUserPolicy'])
  })
})
