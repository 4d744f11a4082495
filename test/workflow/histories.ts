import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'
import { expect } from 'vitest'
import type { Temporal } from '#temporal/temporal'
import { buildIdOf } from '#worker/builds'
import { replayHistory } from '#worker/replay'

const folder = fileURLToPath(new URL('../replay/histories', import.meta.url))

/** Tests whose histories are kept, each for its branch: `npm run histories` plays them anew. */
const branches: Readonly<Record<string, string>> = {
  'is contained, looked into, rotated and released, in the order in which people approve it': 'recovered',
  'no: nothing is changed, and a person goes on': 'denied',
  'while changes are frozen: the plan waits, one person can still stop it, and nothing is changed': 'frozen',
  'on an undo by hand: it replaces the open recovery, and puts back exactly what was': 'undone',
  'that drifts before the run gets a fresh plan without votes': 'drifted',
  'whose containment somebody removes while it is watched opens the incident again': 'lost',
  'ends its workflow when it is closed, and its open plan with it': 'closed',
  'hands over when its runbook asks for something that the record does not show': 'diverged',
  'and the plan expires by the database’s clock, without a change': 'expired',
}

const isOf = (build: string, { history }: Kept): boolean => JSON.stringify(history).includes(build)

interface Kept {
  readonly workflowId: string
  readonly history: unknown
}

/** Every run that Temporal knows in the namespace. */
async function historiesIn({ client }: Temporal): Promise<readonly Kept[]> {
  const kept: Kept[] = []
  for await (const { workflowId, runId } of client.workflow.list()) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory()
    kept.push({ workflowId, history: JSON.parse(historyToJSON(history)) as unknown })
  }
  return kept
}

/** Replays what the test made Temporal write, under the bundle that wrote it; what another build wrote is not for this one. Keeps it for later versions when asked to. */
export async function keepOrReplay(temporal: Temporal, bundle: string): Promise<void> {
  const kept = await historiesIn(temporal)
  for (const one of kept) if (isOf(buildIdOf(bundle), one)) await replayHistory(bundle, one)
  const branch = branches[expect.getState().currentTestName?.split(' > ').at(-1) ?? '']
  if (process.env['CORDON_KEEP_HISTORIES'] !== 'yes' || branch === undefined) return
  const place = join(folder, branch)
  rmSync(place, { recursive: true, force: true })
  mkdirSync(place, { recursive: true })
  for (const [index, one] of kept.entries()) writeFileSync(join(place, `${index}.json`), `${JSON.stringify(one)}\n`)
}
