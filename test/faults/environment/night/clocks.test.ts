import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Home, newHome, prepare } from '../../../e2e/installation.ts'
import { demoPolicy } from '../../../support/demo-policy.ts'
import { type Asking, askingOf, eventually } from '../asking.ts'
import { courseOf, openPlan, startDrill, toRecovery } from '../drill.ts'
import { hasEnded, launchOf, type Part, parts, pidOf, type Running, startBeside } from '../processes.ts'

const SKEW_SECONDS = 600
const NOTICED_MS = 540_000
/** Shorter than the clocks are wrong: whoever went by a clock of their own would refuse, or let anything pass. */
const shortClocks = demoPolicy.replace('decideBy: 30m', 'decideBy: 3m').replace('runBy: 15m', 'runBy: 2m')

let home: Home | undefined
const running: Running[] = []
beforeAll(() => prepare())
afterEach(async () => {
  for (const part of running.splice(0)) await part.end('SIGKILL')
  // Takes over the servers, which were left running, and ends them in order.
  await home?.start()
  await home?.stop()
  home?.remove()
  home = undefined
})

/** Debian’s libfaketime; where its library is differs by architecture. */
function fakeTimeLibrary(): string {
  const folders = readdirSync('/usr/lib').map((name) => join('/usr/lib', name, 'faketime', 'libfaketime.so.1'))
  const found = folders.find((file) => existsSync(file))
  if (found === undefined) throw new Error('libfaketime is missing: apt-get install faketime')
  return found
}

/** An installation whose processes are started by hand, some of them with clocks that are so many seconds ahead. */
async function withClocks(policy: string, aheadBy: Partial<Record<Part, number>>): Promise<Asking> {
  home = await newHome(undefined, { CORDON_POLICY: policyFile(policy) })
  await home.start()
  const asking = askingOf(home)
  const launches = parts.map((part) => ({
    part,
    launched: launchOf(home as Home, part),
    pid: pidOf(home as Home, part),
  }))
  const supervisor = home.supervisor()
  supervisor.kill('SIGKILL')
  for (const { pid } of launches) process.kill(pid, 'SIGKILL')
  await Promise.all(launches.map(({ pid }) => hasEnded(pid)))
  for (const { part, launched } of launches) {
    const seconds = aheadBy[part]
    const more =
      seconds === undefined
        ? {}
        : {
            LD_PRELOAD: fakeTimeLibrary(),
            FAKETIME: `${seconds > 0 ? '+' : ''}${seconds}s`,
            FAKETIME_DONT_FAKE_MONOTONIC: '1',
          }
    running.push(startBeside(home, launched, { name: `clock-${part}`, more }))
  }
  const { port } = home
  await eventually('readiness', async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok)
  return asking
}

let policies = 0
function policyFile(text: string): string {
  const file = join(process.env['TMPDIR'] ?? '/tmp', `cordon-clocks-${process.pid}-${(policies += 1)}.yaml`)
  writeFileSync(file, text)
  return file
}

/** By how much the time in what a process last logged is wrong. */
function wrongBy(part: Part): number {
  const log = running[parts.indexOf(part)]?.log ?? ''
  const lines = readFileSync(log, 'utf8').trim().split('\n')
  const times = lines.flatMap((line) => /"time":"([^"]+)"/.exec(line)?.[1] ?? [])
  return Date.parse(times.at(-1) ?? '') - Date.now()
}

const everyPlan = ['contain done', 'contain done', 'recover done', 'undo done', 'undo done']
const everyone = (seconds: number) => Object.fromEntries(parts.map((part) => [part, seconds])) as Record<Part, number>

const cases = [SKEW_SECONDS, -SKEW_SECONDS].flatMap((seconds) => [
  ...parts.map((part) => ({
    who: `the ${part}`,
    seconds,
    aheadBy: { [part]: seconds } as Partial<Record<Part, number>>,
  })),
  { who: 'everything but the servers', seconds, aheadBy: everyone(seconds) },
])

describe('a drill', () => {
  it.each(cases)('ends as ever when the clock of $who is wrong by $seconds s', async ({ aheadBy, seconds }) => {
    const asking = await withClocks(shortClocks, aheadBy)
    const { incident } = await startDrill(asking, 'stolen-access-key')
    await toRecovery(asking, incident)
    expect((await courseOf(asking, incident)).plans).toEqual(everyPlan)
    for (const part of Object.keys(aheadBy) as Part[])
      expect(wrongBy(part) * Math.sign(seconds), part).toBeGreaterThan(NOTICED_MS)
  })

  it('whose plan nobody decides in time changes nothing, though every clock says that there is time', async () => {
    const asking = await withClocks(demoPolicy.replace('decideBy: 30m', 'decideBy: 3s'), everyone(-SKEW_SECONDS))
    const { incident } = await startDrill(asking, 'stolen-access-key')
    const { hash } = await openPlan(asking, incident)
    await eventually('the end of the plan', async () =>
      (await asking.plans(incident)).some((plan) => plan.hash === hash && plan.status === 'expired'),
    )
    const late = await asking.ask(`/api/plans/${hash}/votes`, 'approver1', { decision: 'approve' })
    expect(late.status).toBe(409)
    expect((await courseOf(asking, incident)).writes).toEqual([])
  })
})
