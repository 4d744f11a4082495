import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Drills } from '#api/schemas/drills'
import { record } from '#store/log/events'
import { type RunningSimulator, startSimulator } from '../../support/simulator.ts'
import { openWorld, tokenOf, type World } from './world.ts'

let simulator: RunningSimulator
let world: World
const dir = mkdtempSync(join(tmpdir(), 'cordon-drills-'))

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })

beforeAll(async () => {
  const port = await freePort()
  const tokenFile = join(dir, 'intake-token')
  writeFileSync(tokenFile, tokenOf('intake'), { mode: 0o600 })
  simulator = await startSimulator({ intake: { url: `http://127.0.0.1:${port}/api/findings`, tokenFile } })
  world = await openWorld({ simulator: { url: simulator.endpoint, controlToken: simulator.controlToken } })
  await world.app.listen({ host: '127.0.0.1', port })
})
afterAll(async () => {
  await world.close()
  await simulator.stop()
  rmSync(dir, { recursive: true })
})

describe('a drill', () => {
  it('is played in the simulated account, and its finding comes back as an incident', async () => {
    const { drills, accounts } = (await world.call('GET', '/api/drills', 'responder')).body
    expect(drills).toContainEqual(expect.objectContaining({ name: 'stolen-access-key', account: '111122223333' }))
    expect(accounts).toContainEqual({ id: '444455556666', name: 'payments-production' })
    const started = await world.call('POST', '/api/drills', 'responder', { name: 'stolen-access-key' })
    expect(started).toMatchObject({ status: 201, body: { name: 'stolen-access-key', person: 'responder' } })
    const run = async () => (await world.call('GET', `/api/drills/${started.body.id}`, 'responder')).body
    while ((await run()).incident === null) await new Promise((resolve) => setTimeout(resolve, 50))
    const { incident, findingId } = await run()
    expect((await world.call('GET', `/api/incidents?finding=${findingId}`, 'auditor')).body.incidents).toMatchObject([
      { id: incident, status: 'open', account: '111122223333', accountName: 'shop-production' },
    ])
    expect(await run()).toMatchObject({ status: 'open', containedAfter: null, recoveredAfter: null })
    for (const type of ['incident.contained', 'incident.recovered'] as const)
      await world.owner
        .transaction()
        .execute((tx) =>
          record(tx, { stream: incident, type, actor: { kind: 'cordon', id: 'worker' }, text: type, refs: {} }),
        )
    const list = (await world.call('GET', '/api/drills', 'viewer')).body
    expect(Value.Check(Drills, list)).toBe(true)
    expect(list).toMatchObject({ areSimulated: true, runs: [{ id: started.body.id }] })
    expect(list.runs[0].containedAfter).toBeGreaterThan(0)
    expect(list.runs[0].recoveredAfter).toBeGreaterThanOrEqual(list.runs[0].containedAfter)
    const { findings } = (await world.call('GET', `/api/incidents/${incident}/findings`, 'auditor')).body
    expect(findings[0].finding.credential).toMatchObject({ kind: 'user-key', user: { name: 'deploy-bot' } })
  })

  it('that there is not is refused with those that there are', async () => {
    const reply = await world.call('POST', '/api/drills', 'admin', { name: 'no-such-drill' })
    expect(reply).toMatchObject({ status: 422, body: { code: 'unprocessable' } })
    expect(reply.body.detail).toContain('stolen-access-key')
  })

  it('is refused where accounts are real', async () => {
    const real = await openWorld()
    expect(await real.call('POST', '/api/drills', 'admin', { name: 'stolen-access-key' })).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    })
    await real.close()
  })
})
