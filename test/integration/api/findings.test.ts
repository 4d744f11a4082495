import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { finding } from './findings-made.ts'
import { openWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const post = (body: object | string) => world.call('POST', '/api/findings', 'intake', body)
const incidentOf = async (id: string): Promise<string> =>
  (await world.call('GET', `/api/incidents?finding=${id}`, 'responder')).body.incidents[0]?.id

describe('POST /api/findings', () => {
  it('says after the commit what became of each finding, whatever they are wrapped in', async () => {
    const [one, two, three] = ['wrapped-1', 'wrapped-2', 'wrapped-3'].map((id) => finding({ id, user: 'wrapped' }))
    const event = { 'detail-type': 'GuardDuty Finding', source: 'aws.guardduty', detail: two }
    const reply = await post({
      Records: [{ body: JSON.stringify([one, 7]) }, event, { Sns: { Message: JSON.stringify({ findings: [three] }) } }],
    })
    expect(reply.status).toBe(202)
    const incident = await incidentOf('wrapped-1')
    expect(reply.body).toEqual({
      accepted: 3,
      duplicates: 0,
      quarantined: [{ index: 1, reason: 'not an object' }],
      incidents: ['wrapped-1', 'wrapped-2', 'wrapped-3'].map((id) => ({ finding: id, incident })),
    })
  })

  it('answers zeros for an empty list', async () => {
    expect(await post([])).toMatchObject({
      status: 202,
      body: { accepted: 0, duplicates: 0, quarantined: [], incidents: [] },
    })
  })

  it.each(['', '{', '3', 'null', '"text"', '{"a":1'])('refuses %j as no JSON object or array', async (body) => {
    expect(await post(body)).toMatchObject({ status: 400, body: { code: 'invalid_input' } })
  })

  it('refuses more than 16 MiB in all, and quarantines one finding over 1 MiB beside a good one', async () => {
    expect(await post(`["${'x'.repeat(16 * 1024 * 1024)}"]`)).toMatchObject({
      status: 413,
      body: { code: 'too_large' },
    })
    const large = { ...finding({ id: 'large' }), description: 'x'.repeat(1024 * 1024) }
    const reply = await post([large, finding({ id: 'beside-large', user: 'beside-large' })])
    expect(reply.body).toMatchObject({ accepted: 1, quarantined: [{ index: 0 }] })
  })

  it('calls the same version in another channel’s capitals a duplicate that changes nothing', async () => {
    await post(finding({ id: 'twice', user: 'twice' }))
    const before = (await world.call('GET', `/api/incidents/${await incidentOf('twice')}/timeline`, 'auditor')).body
      .events
    const pascal = JSON.parse(
      JSON.stringify(finding({ id: 'twice', user: 'twice' })).replaceAll(
        /"([a-z])([A-Za-z]*)":/g,
        (_, first: string, rest: string) => `"${first.toUpperCase()}${rest}":`,
      ),
    )
    expect((await post(pascal)).body).toMatchObject({ accepted: 0, duplicates: 1 })
    const after = (await world.call('GET', `/api/incidents/${await incidentOf('twice')}/timeline`, 'auditor')).body
      .events
    expect(after).toEqual(before)
  })

  it('keeps every version, and an older one that comes late does not replace the newer', async () => {
    const version = (minute: number, count: number, severity: number) =>
      finding({ id: 'versions', user: 'versions', updatedAt: `2026-11-24T08:0${minute}:00.000Z`, count, severity })
    for (const one of [version(1, 2, 5), version(0, 1, 4), version(3, 3, 9)]) await post(one)
    const detail = (await world.call('GET', '/api/findings/versions', 'auditor')).body
    expect(detail).toMatchObject({ severity: 9, version: '2026-11-24T08:03:00.000Z/3' })
    expect(detail.versions.map(({ count }: { count: number }) => count)).toEqual([2, 1, 3])
    expect((await world.call('GET', `/api/incidents/${detail.incident}`, 'auditor')).body.severity).toBe(9)
  })

  it('opens one incident for fifty deliveries of one finding at once, and signals it once', async () => {
    const replies = await Promise.all(Array.from({ length: 50 }, () => post(finding({ id: 'storm', user: 'storm' }))))
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 202))
    expect(replies.filter(({ body }) => body.accepted === 1)).toHaveLength(1)
    const incidents = new Set(
      replies.flatMap(({ body }) => body.incidents.map((one: { incident: string }) => one.incident)),
    )
    expect(incidents.size).toBe(1)
    const events = (await world.call('GET', `/api/incidents/${[...incidents][0]}/timeline`, 'auditor')).body.events
    expect(events.map(({ type }: { type: string }) => type)).toEqual(['incident.opened', 'finding.received'])
    expect(world.woken.filter(({ incident }) => incidents.has(incident))).toHaveLength(1)
  })

  it('loses nothing that it acknowledged when many batches about the same entities come at once', async () => {
    const batch = (number: number) =>
      Array.from({ length: 20 }, (_, index) =>
        finding({ id: `batch-${number}-${index}`, user: `batch-${(index * 7 + number) % 5}` }),
      )
    const replies = await Promise.all(Array.from({ length: 8 }, (_, number) => post(batch(number))))
    for (const { body } of replies) expect(body).toMatchObject({ accepted: 20, duplicates: 0, quarantined: [] })
    const incidents = new Set(
      replies.flatMap(({ body }) => body.incidents.map((one: { incident: string }) => one.incident)),
    )
    expect(incidents.size).toBe(5)
    for (const incident of incidents)
      expect((await world.call('GET', `/api/incidents/${incident}/findings`, 'auditor')).body.findings).toHaveLength(32)
  })

  it('opens a new incident for a new version when the finding’s incident was closed', async () => {
    await post(finding({ id: 'closed-before', user: 'closed-before' }))
    const first = await incidentOf('closed-before')
    await world.call('POST', `/api/incidents/${first}/close`, 'responder', { code: 'resolved' })
    expect((await post(finding({ id: 'closed-before', user: 'closed-before' }))).body.incidents[0].incident).toBe(first)
    const [second] = (
      await post(
        finding({ id: 'closed-before', user: 'closed-before', updatedAt: '2026-11-24T09:00:00.000Z', count: 2 }),
      )
    ).body.incidents
    expect(second.incident).not.toBe(first)
  })

  it('never puts a finding into an incident that was closed at the same moment', async () => {
    const race = async (number: number): Promise<readonly string[]> => {
      const user = `race-${number}`
      const [{ incident }] = (await post(finding({ id: user, user }))).body.incidents
      await Promise.all([
        world.call('POST', `/api/incidents/${incident}/close`, 'responder', { code: 'resolved' }),
        ...[1, 2, 3].map((one) => post(finding({ id: `${user}-${one}`, user }))),
      ])
      const { events } = (await world.call('GET', `/api/incidents/${incident}/timeline`, 'auditor')).body
      return events.map(({ type }: { type: string }) => type)
    }
    const timelines = await Promise.all(Array.from({ length: 10 }, (_, number) => race(number)))
    expect(timelines.map((types) => types.at(-1))).toEqual(timelines.map(() => 'incident.closed'))
    for (let number = 0; number < 10; number++)
      for (const one of [1, 2, 3])
        expect((await world.call('GET', `/api/findings/race-${number}-${one}`, 'auditor')).body.incident).toMatch(
          /^inc-/,
        )
  })

  it('quarantines with a reason what could harm its readers, and goes on with the rest', async () => {
    const deep = JSON.parse(`${'{"a":'.repeat(40)}1${'}'.repeat(40)}`)
    const hostile = `[{"__proto__":{"x":1}},${JSON.stringify({ ...finding(), title: 'nul \u0000' })},{"id":"\\ud800"},${JSON.stringify(deep)},${JSON.stringify(finding({ id: 'after-hostile', user: 'after-hostile' }))}]`
    const reply = await post(hostile)
    expect(reply.body.accepted).toBe(1)
    expect(reply.body.quarantined.map(({ reason }: { reason: string }) => reason)).toEqual([
      'a member named __proto__',
      'text with a NUL character',
      'text with half of a surrogate pair',
      'nested deeper than 32 levels',
    ])
    const listed = (await world.call('GET', '/api/findings?state=quarantined&limit=200', 'auditor')).body.findings
    expect(listed.map(({ reason }: { reason: string }) => reason)).toContain('a member named __proto__')
  })

  it('pages through all findings without a gap or a repetition', async () => {
    const seen: string[] = []
    for (let cursor = ''; ; ) {
      const { findings, next } = (await world.call('GET', `/api/findings?limit=7${cursor}`, 'auditor')).body
      seen.push(...findings.map(({ id, receivedAt }: { id: string; receivedAt: string }) => `${receivedAt} ${id}`))
      if (next === null) break
      cursor = `&cursor=${encodeURIComponent(next)}`
    }
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.length).toBeGreaterThan(160)
  })
})

describe('without an active build', () => {
  it('accepts nothing and says what is missing, so that the sender tries again', async () => {
    const empty = await openWorld()
    await empty.owner.updateTable('build').set({ activated_at: null }).execute()
    const reply = await empty.call('POST', '/api/findings', 'intake', finding())
    expect(reply).toMatchObject({ status: 503, body: { code: 'unavailable' } })
    expect((await empty.call('GET', '/readyz')).status).toBe(503)
    expect((await empty.call('GET', '/api/findings', 'auditor')).body.findings).toEqual([])
    await empty.close()
  })
})

describe('GET /api/findings', () => {
  const found = async (
    query: string,
  ): Promise<readonly { id: string; answer: string | null; title: string | null }[]> =>
    (await world.call('GET', `/api/findings?${query}`, 'auditor')).body.findings
  const ids = async (query: string) => (await found(query)).map(({ id }) => id)

  it('finds by a part of what a finding is called, is about or says, and by its account', async () => {
    await post(finding({ id: 'sought-1', user: 'Sought-User', account: '777788889999' }))
    expect(await found('q=sought-u')).toMatchObject([
      { id: 'sought-1', answer: 'incidents', title: expect.stringContaining('Sought-User') },
    ])
    expect(await ids('q=SOUGHT-1')).toEqual(['sought-1'])
    expect(await ids('q=sought&account=111122223333')).toEqual([])
    expect(await ids('q=sought&account=777788889999')).toEqual(['sought-1'])
    // What LIKE would take for anything stands for itself.
    expect(await ids('q=sought%25')).toEqual([])
  })

  it('says how each is answered as the accounting does, and finds by it', async () => {
    await post(finding({ id: 'opens', user: 'answered' }))
    await post(finding({ id: 'folds', user: 'answered' }))
    await post([{ id: 'not a finding at all' }])
    const incident = await incidentOf('opens')
    expect(await ids(`incident=${incident}&answer=incidents`)).toEqual(['opens'])
    expect(await ids(`incident=${incident}&answer=folded`)).toEqual(['folds'])
    expect(await found('answer=quarantined&q=no type')).not.toEqual([])
    const by = (rule: string, entry: string | null) => JSON.stringify([{ rule, entry, owner: null }])
    const answer = (verdict_by: string) =>
      world.owner
        .updateTable('incident')
        .set({ verdict: 'benign-expected', verdict_by })
        .where('id', '=', incident)
        .execute()
    await answer(by('quiet', null))
    expect(await ids(`incident=${incident}&answer=benign`)).toEqual(['folds', 'opens'])
    await answer(by('expected', 'scan'))
    expect(await ids(`incident=${incident}&answer=suppressed`)).toEqual(['folds', 'opens'])
  })

  it('gives page after page of what was sought', async () => {
    await post(Array.from({ length: 5 }, (_, n) => finding({ id: `paged-${n}`, user: `paged-${n}` })))
    const first = (await world.call('GET', '/api/findings?q=paged&limit=3', 'auditor')).body
    const rest = (await world.call('GET', `/api/findings?q=paged&limit=3&cursor=${first.next}`, 'auditor')).body
    const all = [...first.findings, ...rest.findings].map(({ id }: { id: string }) => id)
    expect([all.toSorted(), rest.next]).toEqual([['paged-0', 'paged-1', 'paged-2', 'paged-3', 'paged-4'], null])
  })
})
