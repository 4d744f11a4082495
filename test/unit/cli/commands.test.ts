import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApi } from '#cli/api'
import { begin, list as delegations, end } from '#cli/commands/delegations'
import { doctor } from '#cli/commands/doctor'
import { freeze, unfreeze } from '#cli/commands/freeze'
import { close } from '#cli/commands/incident-verbs'
import { list, show } from '#cli/commands/incidents'
import { list as leases, renew } from '#cli/commands/leases'
import { approve, deny, show as showPlan } from '#cli/commands/plans'
import { connectionOf } from '#cli/connection'
import { until } from '../../support/until.ts'
import { ask } from './asking.ts'
import { type FakeCordon, startFakeCordon, tokens } from './fake-cordon.ts'

let cordon: FakeCordon
beforeAll(async () => {
  cordon = await startFakeCordon()
})
afterAll(() => cordon.stop())

describe('the commands', () => {
  it('list incidents in a table, and as the API answers for programs', async () => {
    const { text, document } = await ask(list, cordon)
    expect(text).toMatch(/^ID +PRIORITY +STATUS/)
    expect(text).toContain('shop-production')
    expect(document).toMatchObject({ incidents: [{ id: 'INC-1' }] })
  })

  it('show an incident with its plans and its timeline in one document', async () => {
    const { document, text } = await ask(show, cordon, { words: ['INC-1'] })
    expect(document).toMatchObject({ id: 'INC-1', plans: [], timeline: [] })
    expect(text).toContain('responder asks security for help: two must look')
  })

  it('say who may when somebody may not, and what to do', async () => {
    await expect(ask(approve, cordon, { words: ['abc'] })).rejects.toMatchObject({
      exit: 1,
      status: 403,
      message: expect.stringMatching(/approver may\n.*--as approver1.*\(not_permitted\)/),
    })
  })

  it('want the reason of a deny and the code of a closing', async () => {
    await expect(ask(deny, cordon, { words: ['abc'] })).rejects.toMatchObject({
      exit: 2,
      message: expect.stringContaining('--reason'),
    })
    await expect(ask(close, cordon, { words: ['INC-1'] })).rejects.toMatchObject({
      exit: 2,
      message: expect.stringContaining('--code'),
    })
  })

  it('freeze at once and say that the lift needs a second person', async () => {
    expect((await ask(freeze, cordon, { options: { reason: 'odd' } })).text).toContain('every account')
    expect((await ask(unfreeze, cordon)).text).toContain('second person of another group')
  })

  it('let an approver stand for somebody for a shift, and show and end that', async () => {
    const begun = await ask(begin, cordon, { words: ['approver2'], options: { for: '8h' } })
    expect(begun.text).toMatch(/^approver2 stands for you until .* cordon undelegate D-1 ends it/)
    expect((await ask(delegations, cordon)).text).toContain('STANDS FOR')
    expect((await ask(end, cordon, { words: ['D-1'] })).text).toBe('Ended.')
    for (const wrong of ['13h', '30s', '0m', 'a shift'])
      await expect(ask(begin, cordon, { words: ['approver2'], options: { for: wrong } })).rejects.toMatchObject({
        exit: 2,
        message: expect.stringContaining('12h at most'),
      })
  })

  it('show until when what is contained holds, and have it hold longer', async () => {
    expect((await ask(leases, cordon)).text).toBe('Nothing is contained.')
    await createApi(cordon.url, tokens.responder).post('/api/drills', { name: 'stolen-access-key' })
    const hash = await until('the plan', async () => cordon.plans[0]?.hash)
    for (const as of ['approver1', 'approver2'] as const) await ask(approve, cordon, { words: [hash], as })
    await until('the lease', async () => cordon.plans[0]?.lease ?? undefined)
    expect((await ask(leases, cordon)).text).toMatch(/2026-01-08 00:00:00 +ending +INC-1 .*user deploy-bot$/)
    expect((await ask(showPlan, cordon, { words: [hash] })).text).toContain(`cordon plans renew ${hash} --for 3d`)
    const renewed = await ask(renew, cordon, { words: [hash], options: { for: '3d', reason: 'Forensics goes on' } })
    expect(renewed.text).toContain('renewed by responder: Forensics goes on')
    await expect(ask(renew, cordon, { words: [hash], options: { for: 'a while', reason: 'x' } })).rejects.toMatchObject(
      {
        exit: 2,
        message: expect.stringContaining('such as 12h or 3d'),
      },
    )
  })

  it('find with doctor the part that is missing, and fail', async () => {
    const { text, hasFailed } = await ask(doctor, cordon)
    expect(text).toContain('temporal: connection refused')
    expect(hasFailed).toBe(true)
  })
})

describe('a Cordon that does not run', () => {
  it('cannot be reached: exit 3, with the address, the cause and what to do', async () => {
    await expect(createApi('http://127.0.0.1:9', 'x').get('/healthz')).rejects.toMatchObject({
      exit: 3,
      message: expect.stringMatching(/127\.0\.0\.1:9.*start it, or set CORDON_URL/),
    })
  })
})

describe('whose token is used', () => {
  const settings = { home: '/nowhere', url: 'http://x', token: 'given', approvers: { approver1: 'one' } }
  it('is CORDON_TOKEN, unless a person is chosen', () => {
    expect(connectionOf(settings, 'approver1', false).token).toBe('given')
    expect(connectionOf(settings, 'approver1', true).token).toBe('one')
  })

  it('is refused for a person nobody knows, with the names that are known', () => {
    expect(() => connectionOf(settings, 'nobody', true)).toThrow('approver1')
  })
})
