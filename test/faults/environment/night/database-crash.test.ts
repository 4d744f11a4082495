import { expect, it } from 'vitest'
import { isAlive, isReady } from '../../../e2e/installation.ts'
import { eventually } from '../asking.ts'
import { openPlan, startDrill, toRecovery } from '../drill.ts'
import { load, lostOf, summaryOf } from '../load.ts'
import { oneHome } from '../one-home.ts'
import { hasEnded, pidOf } from '../processes.ts'
import { say } from '../say.ts'

const CRASHES = 10
const FINDINGS_BETWEEN = 20

const here = oneHome()

const acceptedSoFar = async () => {
  const { body } = await here.asking.ask('/api/findings?limit=1', 'responder')
  const text = await (await fetch(`http://127.0.0.1:${here.home.port}/metrics`)).text()
  return body.findings.length === 0
    ? 0
    : Number(/cordon_findings_total\{outcome="accepted"\} (\d+)/.exec(text)?.[1] ?? 0)
}

it.each([
  { how: 'killed', signal: 'SIGKILL' },
  { how: 'ended at once, as by pg_ctl -m immediate', signal: 'SIGQUIT' },
] as const)(
  'every finding, comment and vote that was acknowledged is there after Postgres was $how under load',
  async ({ signal }) => {
    const { incident } = await startDrill(here.asking, 'stolen-access-key')
    const { hash } = await openPlan(here.asking, incident)
    const loaded = { incident, plan: hash }
    const loading = load(here.asking, loaded, `under-${signal}`)
    for (let crash = 0; crash < CRASHES; crash++) {
      const before = await eventually('a count', acceptedSoFar)
      await eventually('some more load', async () => (await acceptedSoFar()) >= before + FINDINGS_BETWEEN)
      const pid = pidOf(here.home, 'postgres')
      process.kill(pid, signal)
      await hasEnded(pid)
      await eventually(
        'another server',
        async () => here.home.pidOf('postgres') !== pid && isAlive(here.home.pidOf('postgres')),
      )
      await eventually('readiness', () => isReady(here.home))
    }
    const told = await loading.stop()
    say(`${signal}: ${summaryOf(told)}`)
    expect(told.findings.length).toBeGreaterThan(CRASHES * FINDINGS_BETWEEN)
    expect(told.statuses, 'what is away for a moment is never called a failure of Cordon').not.toHaveProperty('500')
    expect(await lostOf(here.home, here.asking, { loaded, told })).toEqual([])
    expect(await toRecovery(here.asking, incident)).toMatchObject({ status: 'recovered' })
  },
)
