import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { freePort } from '#embedded/ports'
import { isAlive } from '../../../e2e/installation.ts'
import { eventually } from '../asking.ts'
import { courseOf, type DrillName, openPlan, startDrill, toRecovery } from '../drill.ts'
import { oneHome } from '../one-home.ts'
import { launchOf, type Part, parts, pidOf, type Running, startBeside, suspend } from '../processes.ts'

/** Whoever asks a gate that hangs waits half a minute for it, at each step that comes to that executor. */
const HANGING_MS = 540_000

const here = oneHome()
const twins = new Map<Part, Running>()
const resuming: (() => void)[] = []

afterEach(() => {
  for (const resume of resuming.splice(0)) resume()
})
afterAll(async () => {
  for (const twin of twins.values()) await twin.end()
})

const drills: readonly DrillName[] = ['stolen-access-key', 'mining-instance']

async function playAll() {
  const courses = drills.map(async (name) => {
    const { incident } = await startDrill(here.asking, name)
    await toRecovery(here.asking, incident)
    return courseOf(here.asking, incident)
  })
  return Promise.all(courses)
}

/** Health and metrics at an address of the first one’s would be refused. */
const unwatched = { CORDON_METRICS_PORT: '0' }

const deadTwins = (): readonly Part[] => parts.filter((part) => !isAlive(twins.get(part)?.pid ?? 0))

/** A second process of every part, on the same database, Temporal and accounts. */
async function startTwins(): Promise<void> {
  const socket = join(here.home.folder, 'run', 'twin.sock')
  const port = await freePort()
  const more: Readonly<Record<Part, Readonly<Record<string, string>>>> = {
    gate: { CORDON_GATE_SOCKET: socket, ...unwatched },
    executor: { CORDON_GATE_SOCKET: socket, ...unwatched },
    sealer: unwatched,
    intake: unwatched,
    worker: unwatched,
    api: { CORDON_PORT: String(port) },
  }
  for (const part of parts)
    twins.set(part, startBeside(here.home, launchOf(here.home, part), { name: `twin-${part}`, more: more[part] }))
  await eventually('the second api', async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok)
}

async function counted(question: string): Promise<readonly Readonly<Record<string, number>>[]> {
  const owner = new pg.Client({ connectionString: here.home.ready().database })
  await owner.connect()
  try {
    return (await owner.query<Record<string, number>>(question)).rows
  } finally {
    await owner.end()
  }
}

describe('two of every process on one database', () => {
  it('end both drills as one of each does, with one permit for each step', async () => {
    const quiet = await playAll()
    await startTwins()
    expect(await playAll()).toEqual(quiet)
    expect(deadTwins()).toEqual([])
    expect(await counted('select plan, step from permit group by plan, step having count(*) > 1')).toEqual([])
  })

  it.each(parts)('go on with one %s while the other hangs, and after it has woken up', async (part) => {
    expect(deadTwins()).toEqual([])
    const { incident } = await startDrill(here.asking, 'stolen-access-key')
    await openPlan(here.asking, incident)
    if (part !== 'api') resuming.push(suspend(pidOf(here.home, part)))
    else resuming.push(suspend(twins.get('api')?.pid ?? 0))
    await toRecovery(here.asking, incident, HANGING_MS)
    for (const resume of resuming.splice(0)) resume()
    const after = await startDrill(here.asking, 'stolen-access-key')
    await toRecovery(here.asking, after.incident)
    expect((await courseOf(here.asking, after.incident)).plans.slice(-5)).toEqual([
      'contain done',
      'contain done',
      'recover done',
      'undo done',
      'undo done',
    ])
  })

  it('have put every event into one log, once', async () => {
    await eventually('the sealing of the last event', async () => {
      const [{ pending } = { pending: -1 }] = await counted('select count(*)::int as pending from audit_pending')
      return pending === 0
    })
    const [sealed] = await counted(
      `select (select count(*)::int from audit_entry) as entries, (select count(*)::int from audit_leaf) as leaves,
              (select count(distinct entry)::int from audit_leaf) as once, (select max(index)::int + 1 from audit_leaf) as size`,
    )
    expect(sealed).toEqual({
      entries: sealed?.['entries'],
      leaves: sealed?.['entries'],
      once: sealed?.['entries'],
      size: sealed?.['entries'],
    })
    expect(readFileSync(twins.get('sealer')?.log ?? '', 'utf8')).toContain('Another sealer is at work')
  })
})
