import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { WorkflowHandle } from '@temporalio/client'
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'
import { expect } from 'vitest'
import type { Temporal } from '#temporal/temporal'
import { buildIdOf } from '#worker/builds'
import { replayHistory } from '#worker/replay'

const folder = fileURLToPath(new URL('../replay/histories/unreleased', import.meta.url))

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
  'begins its next episode when a finding comes after the recovery': 'reopened',
  'something that policy protects, and is told what to do instead': 'refused',
  'and cannot vote on it, but others carry it out': 'asked-by-hand',
  'when its workflow is terminated at every wait, and says so in its timeline': 'restarted',
  'when its workflow is reset to its beginning at every wait': 'reset',
  'does nothing when it is started by hand before people have decided': 'too-early',
  'does nothing again when it is started by hand after its end': 'again',
  'goes on where it was when it is terminated as soon as it runs, whatever it was doing': 'resumed',
  'is started again when it was terminated while it waited for a freeze to end': 'thawed',
  'calls level after level about the threat and about the plan, begins again, and ends': 'unanswered',
  'stops where they say that they look after the incident, and calls them again when nothing comes of it':
    'acknowledged',
  'reaches everybody on the level by webhook and by mail, with a receipt of each in the record': 'delivered',
  'that no channel takes calls the next level at once, and says so': 'unheard',
  'arrive though their call was answered before a workflow that starts over asks again': 'left-on-its-way',
  'are taken back, and that is told, when the incident is closed': 'taken-back',
  // These share one world with the tests before them, and the last one ends it.
  'when it is a sample: nothing is asked of AWS, and it waits for whoever closes it': 'nobody-there',
  'says that no build is current, with what to type': 'inspected',
  'is kept as evidence, cut off, and released when it was rebuilt': 'instance',
  'is cut off first when it does harm': 'instance-harm',
  'is partial when AWS refuses what was worth a try': 'shortfall',
  'fails when AWS refuses it, and a person goes on': 'failed',
  'that nobody names, or that is gone, is handed over': 'instance-gone',
  'is partial when a read-back does not find it': 'not-there',
  'expires when its run-by passes during a freeze': 'run-by',
  'is handed over for each release that people deny': 'releases-denied',
  'is handed over when people deny the new key': 'rotation-denied',
  'of a role or of root is handed over': 'other-credentials',
  'that no rule knows is judged again when more is known': 'inconclusive',
  'is refused when nothing of the plan was done': 'nothing-to-undo',
  'is read about, judged by a person as a threat, and contained as if the rules had said so': 'judged-by-a-person',
  'is told what cannot be read about it': 'unreadable',
  'pages whom it asks at once, delivers it, and ends when they come; the incident stays whose it is': 'helped',
  'climbs the ladder and begins again while nobody comes, once for a round also when the workflow starts over':
    'help-climbs',
  'stays with the first person, who is told, and climbs the ladder when nobody accepts in time': 'handed-over-late',
}

const isOf = (build: string, { history }: Kept): boolean => JSON.stringify(history).includes(build)

interface Kept {
  readonly workflowId: string
  readonly history: unknown
}

const LOOKS = 20
const LOOK_EVERY_MS = 100

/**
 * What a workflow wrote into the record can be seen before its task is at its end, and only then is it in the history. A task that nobody is left to
 * end is not waited for longer.
 */
async function settled(handle: WorkflowHandle): Promise<void> {
  for (let look = 0; look < LOOKS; look++) {
    const { raw } = await handle.describe()
    if (!raw.pendingWorkflowTask) return
    await setTimeout(LOOK_EVERY_MS)
  }
}

/** Every run that Temporal knows in the namespace. */
async function historiesIn({ client }: Temporal): Promise<readonly Kept[]> {
  const kept: Kept[] = []
  for await (const { workflowId, runId } of client.workflow.list()) {
    const handle = client.workflow.getHandle(workflowId, runId)
    await settled(handle)
    const history = await handle.fetchHistory()
    // The name of the machine that wrote it is nobody’s business, nor where the code lay; a worker’s own queue has the name too.
    const written = historyToJSON(history)
      .replaceAll(/"(identity|name)": "\d+@[^"]*?(-[0-9a-f]{32})?"/g, '"$1": "1@cordon$2"')
      .replaceAll(/"stackTrace": "(?:[^"\\]|\\.)*"/g, '"stackTrace": ""')
    kept.push({ workflowId, history: JSON.parse(written) as unknown })
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
