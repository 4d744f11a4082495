import { buildIdOf } from '#worker/builds'
import { replayHistory } from '#worker/replay'
import type { FaultRun } from '../run.ts'
import { type Violation, violationOf } from './violation.ts'

const violation = violationOf('I14')

/** The code of a build, by its id; undefined when it is not kept. */
export type Bundles = (build: string) => string | undefined

/** Bundles by their ids. */
export function bundlesOf(codes: readonly string[]): Bundles {
  const byId = new Map(codes.map((code) => [buildIdOf(code), code]))
  return (build) => byId.get(build)
}

/** I14: every history is what the bundle that wrote it would do again. Asynchronous, so it stands beside the other checkers. */
export async function replays({ histories }: FaultRun, bundles: Bundles): Promise<readonly Violation[]> {
  const violations: Violation[] = []
  for (const [name, history] of Object.entries(histories)) {
    const why = await difference(name, history, bundles)
    if (why !== undefined) violations.push(violation(name, why))
  }
  return violations
}

async function difference(name: string, written: string, bundles: Bundles): Promise<string | undefined> {
  const [build, ...others] = buildsIn(written)
  if (build === undefined) return hasBegun(written) ? 'it names no build' : undefined
  if (others.length > 0) return `it was written by several builds: ${[build, ...others].join(', ')}`
  const bundle = bundles(build)
  if (bundle === undefined) return `the bundle of its build ${build} is not kept`
  try {
    // Keys are workflow id and run id.
    await replayHistory(bundle, {
      workflowId: name.split('/').slice(0, 2).join('/'),
      history: JSON.parse(written) as unknown,
    })
    return undefined
  } catch (error) {
    // Whatever replay throws is why the history is not the bundle’s; the checker’s answer says it.
    return `it does not replay: ${error instanceof Error ? error.message : String(error)}`
  }
}

/** A workflow whose first task nobody took yet has nothing to replay. */
const hasBegun = (written: string): boolean => written.includes('EVENT_TYPE_WORKFLOW_TASK_COMPLETED')

/** The builds of the workers that wrote it, without the names that are no build’s. */
function buildsIn(written: string): readonly string[] {
  const builds = new Set<string>()
  JSON.parse(written, (name, value: unknown) => {
    if (name === 'buildId' && typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)) builds.add(value)
    return value
  })
  return [...builds]
}
