import { credentialIn, type Finding, handles, instanceIn } from '#domain/finding'
import type { Runbook } from './define-runbook.ts'
import { Misuse } from './misuse.ts'
import { newRun, type TestRun, tell } from './test-run.ts'
import { testVerbs } from './test-verbs.ts'
import { type Cast, type TestEvent, type TestPlan, type TestWorld, usualCast } from './test-world.ts'
import type { Incident } from './verbs.ts'

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
 * outcomes are Cordon’s own. A runbook that throws is handed over, as in Cordon. Rejects when the test itself is wrong: a vote of
 * somebody who is not in the cast, evidence that the world does not have.
 */
export async function testRunbook(
  runbook: Runbook,
  { findings, world = {}, cast = usualCast }: TestOptions,
): Promise<RunbookTest> {
  const [{ updatedAt }] = findings
  const run = newRun({ findings, runbook: runbook.id, world, cast, startsAt: updatedAt })
  await respond(run, runbook, incidentOf(run.incident, findings))
  const [wrong] = run.mistakes
  if (wrong !== undefined) throw new TypeError(wrong)
  const handedOver = run.timeline.filter(({ type }) => type === 'incident.handed-over').map(({ text }) => text)
  return { timeline: run.timeline, plans: run.plans, handedOver }
}

async function respond(run: TestRun, runbook: Runbook, incident: Incident): Promise<void> {
  const types = incident.findings.map(({ type }) => type)
  if (!types.some((type) => runbook.handles.some((pattern) => handles(pattern, type))))
    return tell(run, 'incident.handed-over', `No runbook handles ${types.join(', ')}`)
  try {
    await runbook.respond(incident, testVerbs(run))
  } catch (error) {
    tell(run, 'incident.handed-over', `Runbook ${runbook.id} stopped: ${explain(error)}`)
  }
}

function incidentOf(id: string, findings: TestOptions['findings']): Incident {
  const [{ account }] = findings
  return {
    id,
    account,
    findings,
    credential: () => credentialIn(findings, account),
    instance: () => instanceIn(findings),
  }
}

const explain = (error: unknown): string => `runbook_failed: ${error instanceof Misuse ? error.message : String(error)}`
