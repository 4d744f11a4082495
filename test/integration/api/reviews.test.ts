import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sha256Hex } from '#audit/digest'
import { isDrawn } from '#domain/sampling'
import { drawForReview } from '#store/triage/reviews'
import { finding } from './findings-made.ts'
import { judgedIncident, judgeNow, sendOnly } from './judged.ts'
import { openWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const close = (id: string, code = 'resolved') => world.call('POST', `/api/incidents/${id}/close`, 'responder', { code })
const reviews = async () => (await world.call('GET', '/api/triage/reviews', 'auditor')).body.reviews
const review = (id: string, outcome: string) =>
  world.call('POST', `/api/incidents/${id}/review`, 'responder', { outcome })

/** An incident that is drawn, by trying. */
async function drawn(name: string): Promise<string> {
  for (let one = 0; ; one++) {
    const id = await sendOnly(world, { user: `${name}-${one}` })
    if (isDrawn(sha256Hex(Buffer.from(id)))) return id
  }
}

const draw = (incident: string, verdict: 'benign-expected' | 'posture' | 'threat') =>
  world.owner.transaction().execute((tx) => drawForReview(tx, { incident, verdict }))

describe('a review of the rules', () => {
  it('is asked of what is drawn, with an owner and a deadline, and counts in the precision and the metrics', async () => {
    const [right, wrong] = [await drawn('right'), await drawn('wrong')]
    await draw(right, 'benign-expected')
    await draw(right, 'benign-expected')
    await draw(wrong, 'benign-expected')
    expect(await reviews()).toMatchObject([
      { incident: right, owner: 'responder', isLate: false },
      { incident: wrong, verdict: 'benign-expected' },
    ])
    expect((await review(right, 'right')).status).toBe(200)
    expect((await review(right, 'right')).status).toBe(200)
    expect((await review(right, 'wrong')).status).toBe(409)
    const { body } = await review(wrong, 'wrong')
    expect(body.precision).toEqual([
      { verdict: 'benign-expected', right: 1, wrong: 1, open: 0, late: 0, precision: 0.5 },
      { verdict: 'posture', right: 0, wrong: 0, open: 0, late: 0, precision: null },
    ])
    const { body: metrics } = await world.call('GET', '/metrics')
    expect(metrics).toContain('cordon_triage_precision{verdict="benign-expected"} 0.5')
    expect(metrics).not.toContain('cordon_triage_precision{verdict="posture"}')
    expect(metrics).toContain('cordon_triage_reviews{state="wrong"} 1')
  })

  it('is not asked of the others, nor any more once the incident is something else', async () => {
    const id = await drawn('changed')
    await draw(id, 'threat')
    expect((await review(id, 'right')).status).toBe(404)
    await draw(id, 'posture')
    await draw(id, 'threat')
    expect((await review(id, 'right')).status).toBe(409)
    expect(await reviews()).toEqual([])
  })
})

/** An incident of another type and another key than any of these tests. */
async function threatOf(user: string, { type, key }: { readonly type: string; readonly key: string }): Promise<string> {
  const one = finding({ id: user, user })
  const { resource } = one
  const accessKeyDetails = { ...resource.accessKeyDetails, accessKeyId: key }
  const { body } = await world.call('POST', '/api/findings', 'intake', {
    ...one,
    type,
    resource: { ...resource, accessKeyDetails },
  })
  const { incident } = body.incidents[0]
  expect(await judgeNow(world, incident)).toBe('threat')
  return incident
}

describe('what comes again', () => {
  it('opens a problem, and is closed as real only when the cause has an owner', async () => {
    const first = await judgedIncident(world, { user: 'comes-again', kind: 'threat' })
    expect((await close(first)).status).toBe(200)
    const second = await sendOnly(world, { user: 'comes-again', id: 'comes-again-2', kind: 'threat' })
    expect(second).not.toBe(first)
    await judgeNow(world, second)
    const refused = await close(second)
    expect([refused.status, refused.body.code]).toEqual([409, 'conflict'])
    expect(refused.body.detail).toContain('cordon problems explain')
    const { body } = await world.call('GET', '/api/problems', 'auditor')
    expect(body.problems.map(({ subject }: { subject: string }) => subject.split(' ')[0]).toSorted()).toEqual([
      'access',
      'entity',
    ])
    for (const { id, incidents } of body.problems) {
      expect(incidents).toEqual(expect.arrayContaining([first, second]))
      const said = { owner: 'platform team', cause: 'the key is in the image' }
      expect((await world.call('POST', `/api/problems/${id}`, 'responder', said)).status).toBe(200)
    }
    expect((await close(second)).status).toBe(200)
    expect((await world.call('POST', '/api/problems/nothing', 'responder', { owner: 'a', cause: 'b' })).status).toBe(
      404,
    )
  })

  it('is found by the repository that the context names, though account, key and type are others', async () => {
    const source = `entries:
  - { id: shop, kind: asset, owner: shop team, reason: r, entities: [shop-*], repositories: [github.com/acme/shop] }
`
    expect((await world.call('POST', '/api/context', 'admin', { source })).status).toBe(200)
    const first = await threatOf('shop-web', { type: 'CredentialAccess:IAMUser/AnomalousBehavior', key: 'AKIASHOPONE' })
    expect((await close(first)).status).toBe(200)
    const second = await threatOf('shop-jobs', { type: 'Impact:IAMUser/AnomalousBehavior', key: 'AKIASHOPTWO' })
    const problems = async (id: string) =>
      (await world.call('GET', `/api/incidents/${id}`, 'auditor')).body.problems.map(
        ({ subject }: { subject: string }) => subject,
      )
    expect(await problems(second)).toEqual(['repository github.com/acme/shop'])
    expect((await close(second)).status).toBe(409)
    const other = await threatOf('pay-web', { type: 'Exfiltration:IAMUser/AnomalousBehavior', key: 'AKIAPAYMENT' })
    expect(await problems(other)).toEqual([])
  })

  it('holds nothing that was a false alarm, and nothing of a drill', async () => {
    const false1 = await judgedIncident(world, { user: 'alarm', kind: 'threat', id: 'alarm-1' })
    await close(false1, 'false-positive')
    const other = await world.owner.selectFrom('problem').select('id').execute()
    const false2 = await judgedIncident(world, { user: 'alarm', kind: 'threat', id: 'alarm-2' })
    expect((await world.call('GET', `/api/incidents/${false2}`, 'auditor')).body.problems).not.toContainEqual(
      expect.objectContaining({ subject: expect.stringContaining('entity') }),
    )
    expect(other.length).toBeGreaterThan(0)
    const findings = ['drill-1', 'drill-2']
    await world.owner
      .insertInto('drill')
      .values({ name: 'stolen-access-key', finding_id: 'drill-1', finding_ids: findings, person: 'responder' })
      .execute()
    for (const id of findings) {
      const incident = await judgedIncident(world, { user: 'drilled', kind: 'threat', id })
      const { status, body } = await close(incident)
      expect([status, body.problems]).toEqual([200, []])
    }
  })
})
