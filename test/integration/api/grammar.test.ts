import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parsedText } from '#intake/json-text'
import { type ReadFinding, readFindings } from '#intake/read-finding'
import { sentFindings } from '../../support/findings-grammar.ts'
import { openWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const CALLS = 40
const BODIES = 25

/** Every key of a state that the API lists. */
async function listed(state: string): Promise<readonly string[]> {
  const all: string[] = []
  for (let cursor = ''; ; ) {
    const { body } = await world.call('GET', `/api/findings?state=${state}&limit=999${cursor}`, 'auditor')
    all.push(...body.findings.map((row: Record<string, string>) => `${row['account']}/${row['region']}/${row['id']}`))
    if (body.next === null) return all
    cursor = `&cursor=${encodeURIComponent(body.next)}`
  }
}

const acceptedIn = (read: readonly ReadFinding[]) => read.filter((one) => one.kind === 'accepted')

describe('bodies by the grammar of findings, over HTTP', () => {
  it('are answered with sums that add up, and everything that was accepted can be read back', async () => {
    const kept = new Set<string>()
    await fc.assert(
      fc.asyncProperty(fc.array(sentFindings, { minLength: BODIES, maxLength: BODIES }), async (bodies) => {
        const text = `[${bodies.map((body) => body.text).join(',')}]`
        const read = readFindings(parsedText(text))
        const { status, body } = await world.call('POST', '/api/findings', 'intake', text)
        expect(status).toBe(202)
        expect(body.accepted + body.duplicates).toBe(acceptedIn(read).length)
        expect(body.quarantined).toEqual(
          read.flatMap((one) => (one.kind === 'quarantined' ? [{ index: one.index, reason: one.reason }] : [])),
        )
        expect(body.incidents.map(({ finding }: { finding: string }) => finding)).toEqual(
          acceptedIn(read).map(({ finding }) => finding.id),
        )
        for (const { finding } of acceptedIn(read)) kept.add(`${finding.account}/${finding.region}/${finding.id}`)
      }),
      { numRuns: CALLS, endOnFailure: true },
    )
    expect(new Set(await listed('accepted'))).toEqual(kept)
    expect((await listed('quarantined')).length).toBeGreaterThan(CALLS)
  }, 300_000)
})
