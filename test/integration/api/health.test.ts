import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { finding } from './findings-made.ts'
import { proposePlan } from './plans-made.ts'
import { openWorld, tokenOf, type World } from './world.ts'

let world: World
const consoleDir = mkdtempSync(join(tmpdir(), 'cordon-console-'))
beforeAll(async () => {
  writeFileSync(join(consoleDir, 'index.html'), '<!doctype html><title>Cordon</title>')
  writeFileSync(join(consoleDir, 'main.js'), 'export {}')
  const check = async (): Promise<void> => {
    throw new Error('Temporal is away')
  }
  const workflows = { wakeIncident: check, startPlan: check, runningWorkflowIds: async function* () {}, check }
  world = await openWorld({ consoleDir, workflows })
})
afterAll(async () => {
  await world.close()
  rmSync(consoleDir, { recursive: true })
})

describe('the process', () => {
  it('lives while Temporal is away, takes findings, and says by part that it is not ready', async () => {
    expect(await world.call('GET', '/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } })
    expect(await world.call('POST', '/api/findings', 'intake', finding())).toMatchObject({
      status: 202,
      body: { accepted: 1 },
    })
    expect(await world.call('GET', '/readyz')).toMatchObject({
      status: 503,
      body: {
        parts: { database: { ok: true }, build: { ok: true }, temporal: { ok: false, reason: 'Temporal is away' } },
      },
    })
  })

  it('counts what the record holds, and what left no record since it started', async () => {
    const { hash } = await proposePlan(world)
    await world.call('POST', '/api/findings', 'intake', [finding(), {}])
    for (const who of ['approver1', 'approver2'] as const)
      await world.call('POST', `/api/plans/${hash}/votes`, who, { decision: 'approve' })
    const text: string = (await world.call('GET', '/metrics')).body
    for (const line of [
      'cordon_findings_total{outcome="accepted"} 2',
      'cordon_findings_total{outcome="quarantined"} 1',
      'cordon_findings_total{outcome="duplicate"} 1',
      'cordon_incidents{status="open"} 2',
      'cordon_plans{status="approved"} 1',
      'cordon_plans{status="denied"} 0',
      'cordon_seconds_count{span="finding_to_incident"} 2',
      'cordon_seconds_count{span="proposal_to_decision"} 1',
    ])
      expect(text).toContain(line)
    const again = await Promise.all(['one', 'two', 'three'].map(async () => (await world.call('GET', '/metrics')).body))
    for (const text of again) {
      expect(text).toContain('cordon_findings_total{outcome="accepted"} 2')
      expect(text).toContain('cordon_seconds_count{span="finding_to_incident"} 2')
    }
  })
})

describe('the console', () => {
  it.each(['/', '/incidents/inc-1', '/plans/abc', '/sign-in'])('answers at %s with its page', async (path) => {
    const reply = await world.call('GET', path)
    expect(reply.body).toContain('<title>Cordon</title>')
    const policy = String(reply.headers['content-security-policy'])
    expect(policy).toContain("default-src 'none';script-src 'self'")
    expect(policy).toContain("require-trusted-types-for 'script';trusted-types 'none'")
  })

  it('names what its script will ask first to a browser in which somebody is signed in', async () => {
    const linkOf = async (path: string, cookie: string) =>
      (await world.app.inject({ url: path, headers: { cookie } })).headers['link']
    const signIn = await world.call('POST', '/api/sign-in', undefined, { token: tokenOf('responder') })
    const [session = ''] = String(signIn.headers['set-cookie']).split(';')
    const me = '</api/me>; rel=preload; as=fetch; crossorigin'
    expect(await linkOf('/', '')).toBeUndefined()
    expect(await linkOf('/', 'cordon_session=of-nobody')).toBeUndefined()
    expect(await linkOf('/audit', session)).toBe(me)
    expect(await linkOf('/', session)).toBe(
      `${me}, </api/incidents?limit=50&status=open%2Ccontained%2Crecovered&sort=priority>; rel=preload; as=fetch; crossorigin`,
    )
    expect(await linkOf('/incidents?q=%3E%22a&after=c', session)).toBe(
      `${me}, </api/incidents?limit=50&q=%3E%22a&sort=newest&cursor=c>; rel=preload; as=fetch; crossorigin`,
    )
  })

  it('serves its files, and nothing outside them', async () => {
    expect((await world.call('GET', '/main.js')).status).toBe(200)
    expect((await world.call('GET', '/..%2f..%2fetc%2fpasswd')).status).toBe(404)
  })
})

describe('the description of the API', () => {
  it('is OpenAPI 3.1 and open', async () => {
    const { status, body } = await world.call('GET', '/api/openapi.json')
    expect(status).toBe(200)
    expect(body.openapi).toBe('3.1.0')
    const answers = Object.keys(body.paths['/api/plans/{hash}/votes'].post.responses)
    expect(answers).toEqual(['200', '4XX', '5XX'])
  })
})
