import type { Credential, Finding } from '#domain/finding'
import type { Runbook } from './define-runbook.ts'
import { newRun, tell } from './test-run.ts'
import { testVerbs } from './test-verbs.ts'
import { type Cast, type TestEvent, type TestPlan, type TestWorld, usualCast } from './test-world.ts'

export interface TestOptions {
  /** At least one; the first one’s account and time are the incident’s. */
  readonly findings: readonly [Finding, ...Finding[]]
  readonly world?: TestWorld
  readonly cast?: Cast
}

export interface RunbookTest {
  /** What a responder would have seen, in order, on a clock that nobody waited for. */
  readonly timeline: readonly TestEvent[]
  readonly plans: readonly TestPlan[]
  /** Why a person goes on; empty when the runbook came to its own end. */
  readonly handedOver: readonly string[]
}

/**
 * Runs a runbook in memory, in milliseconds. The account and the people are as the test says; votes, quorum, clocks, plans and
 * outcomes are Cordon’s own. A runbook that throws is handed over, as in Cordon.
 */
export async function testRunbook(
  runbook: Runbook,
  { findings, world = {}, cast = usualCast }: TestOptions,
): Promise<RunbookTest> {
  const [{ account, updatedAt }] = findings
  const run = newRun({ account, runbook: runbook.id, world, cast, startsAt: updatedAt })
  const known = findings.map(({ credential }) => credential).find(({ kind }) => kind !== 'unknown')
  const unknown: Credential = { kind: 'unknown', account }
  const incident = { id: run.incident, account, findings, credential: () => known ?? unknown }
  try {
    await runbook.respond(incident, testVerbs(run))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    tell(run, 'incident.handed-over', `Runbook ${runbook.id} stopped: ${why}`)
  }
  const handedOver = run.timeline.filter(({ type }) => type === 'incident.handed-over').map(({ text }) => text)
  return { timeline: run.timeline, plans: run.plans, handedOver }
}
