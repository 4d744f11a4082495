import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { finding } from './findings-made.ts'
import { openWorld, type World } from './world.ts'

// The same findings in two orders, so in two records.
let worlds: readonly [World, World]
beforeAll(async () => {
  worlds = [await openWorld(), await openWorld()]
})
afterAll(async () => {
  for (const world of worlds) await world.close()
})

interface Version {
  readonly finding: number
  readonly minute: number
  readonly count: number
  readonly severity: number
}

const FINDINGS = 3
// Findings 0 and 1 are about one user, 2 is about another.
const userOf = (run: number, one: number): string => `versions-${run}-${one < 2 ? 'a' : 'b'}`
const idOf = (run: number, one: number): string => `versions-${run}-${one}`

const version: fc.Arbitrary<Version> = fc.record({
  finding: fc.nat({ max: FINDINGS - 1 }),
  minute: fc.nat({ max: 3 }),
  count: fc.nat({ max: 2 }),
  severity: fc.constantFrom(2, 5, 8.9),
})

/** Versions in two orders: each at least once, some again. */
const orders = fc
  .uniqueArray(version, { selector: (one) => JSON.stringify(one), minLength: 1, maxLength: 8 })
  .chain((all) => {
    const order = fc
      .tuple(fc.shuffledSubarray(all, { minLength: all.length }), fc.array(fc.constantFrom(...all), { maxLength: 4 }))
      .chain(([once, again]) => fc.shuffledSubarray([...once, ...again], { minLength: once.length + again.length }))
    return fc.record({ all: fc.constant(all), one: order, other: order })
  })

const asSent = (run: number, { finding: one, minute, count, severity }: Version) =>
  finding({
    id: idOf(run, one),
    user: userOf(run, one),
    updatedAt: `2026-11-24T08:0${minute}:00.000Z`,
    count,
    severity,
  })

let runs = 0

interface Where {
  readonly world: World
  readonly run: number
}

/** Sends them, in calls of up to three, and answers the record that it ends in. */
async function recordOf({ world, run }: Where, order: readonly Version[]): Promise<unknown> {
  let [accepted, duplicates] = [0, 0]
  for (let from = 0; from < order.length; from += 3) {
    const call = order.slice(from, from + 3).map((one) => asSent(run, one))
    const { status, body } = await world.call('POST', '/api/findings', 'intake', call)
    expect(status).toBe(202)
    accepted += body.accepted
    duplicates += body.duplicates
  }
  expect({ accepted, duplicates }).toEqual({
    accepted: new Set(order.map((one) => JSON.stringify(one))).size,
    duplicates: order.length - accepted,
  })
  const findings = await Promise.all(Array.from({ length: FINDINGS }, (_, one) => findingOf({ world, run }, one)))
  const incidents = await Promise.all(['a', 'b'].map((user) => incidentsOf({ world, run }, user)))
  return { findings, incidents }
}

async function findingOf({ world, run }: Where, one: number): Promise<unknown> {
  const { status, body } = await world.call('GET', `/api/findings/${idOf(run, one)}`, 'auditor')
  if (status === 404) return null
  const versions = body.versions.map(
    ({
      updatedAt,
      count,
      finding: { severityMilli },
    }: {
      updatedAt: string
      count: number
      finding: { severityMilli: number }
    }) => [updatedAt, count, severityMilli].join(' '),
  )
  return { version: body.version, severity: body.severity, versions: versions.toSorted() }
}

async function incidentsOf({ world, run }: Where, user: string): Promise<unknown> {
  const { body } = await world.call('GET', `/api/incidents?q=versions-${run}-${user}`, 'auditor')
  return body.incidents.map(({ severity, findingTypes }: { severity: number; findingTypes: readonly string[] }) => ({
    severity,
    findingTypes,
  }))
}

/** What the versions amount to, whatever their order; which of two at one time and count is the later is not said. */
function modelOf(all: readonly Version[]) {
  const findings = Array.from({ length: FINDINGS }, (_, one) => {
    const latest = all
      .filter((version) => version.finding === one)
      .toSorted((a, b) => b.minute - a.minute || b.count - a.count)
    return latest[0] === undefined
      ? null
      : { version: `2026-11-24T08:0${latest[0].minute}:00.000Z/${latest[0].count}`, kept: latest.length }
  })
  const gravest = (numbers: readonly number[]): readonly number[] =>
    numbers.length === 0 ? [] : [Math.max(...numbers)]
  const severities = (wanted: (one: number) => boolean) =>
    gravest(all.filter((one) => wanted(one.finding)).map(({ severity }) => severity))
  return { findings, severities: [severities((one) => one < 2), severities((one) => one === 2)] }
}

describe('versions of findings', () => {
  it('end in the same record in every order and however often they come: the latest, all of them, one incident for each entity', async () => {
    await fc.assert(
      fc.asyncProperty(orders, async ({ all, one, other }) => {
        const run = runs++
        const record = (await recordOf({ world: worlds[0], run }, one)) as {
          findings: readonly ({ version: string; versions: readonly string[] } | null)[]
          incidents: readonly (readonly { severity: number }[])[]
        }
        expect(await recordOf({ world: worlds[1], run }, other)).toEqual(record)
        expect({
          findings: record.findings.map((at) =>
            at === null ? null : { version: at.version, kept: at.versions.length },
          ),
          severities: record.incidents.map((opened) => opened.map(({ severity }) => severity)),
        }).toEqual(modelOf(all))
      }),
      { numRuns: 60 },
    )
  }, 300_000)
})
