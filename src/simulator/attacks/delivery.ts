import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { loadService } from '#simulator/services/index'
import type { StoredFinding } from '#simulator/state/tables'
import { writeJson } from '#simulator/wire/json'
import type { World } from '#simulator/world'

/** Where findings are pushed, as an EventBridge API destination would. */
export interface Intake {
  readonly url: string
  /** File that holds the bearer token; read at each delivery. */
  readonly tokenFile: string
}

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 5000
const ANSWER_TIMEOUT_MS = 10_000

/** Pushes findings until the intake has taken them; what a killed simulator had not delivered is taken up again. */
export interface Deliveries {
  readonly begin: () => void
  readonly stop: () => void
}

export function createDeliveries(
  world: World,
  intake: Intake | undefined,
  report: (failure: unknown) => void,
): Deliveries {
  const stopped = new AbortController()
  const underWay = new Set<string>()
  return {
    begin() {
      if (!intake) return
      for (const stored of world.store.now().list('delivery', '')) {
        if (underWay.has(stored.id)) continue
        underWay.add(stored.id)
        deliver(world, { intake, stored, signal: stopped.signal }).catch(report)
      }
    },
    stop: () => stopped.abort(),
  }
}

interface Delivery {
  readonly intake: Intake
  readonly stored: StoredFinding
  readonly signal: AbortSignal
}

async function deliver(world: World, { intake, stored, signal }: Delivery): Promise<void> {
  const body = JSON.stringify(await envelopeOf(stored.finding))
  for (let wait = FIRST_PAUSE_MS; !signal.aborted; wait = Math.min(wait * 2, LONGEST_PAUSE_MS)) {
    if (await post(intake, body, signal)) {
      await world.commit({ at: world.clock(), changes: [['delivery', stored.id, null]], trail: [] })
      return
    }
    await pause(wait, undefined, { signal, ref: false }).catch(() => undefined)
  }
}

/** Whether the intake took it; a refusal or a broken connection is tried again. */
async function post(intake: Intake, body: string, signal: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(intake.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${readFileSync(intake.tokenFile, 'utf8').trim()}`,
      },
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
    })
    await response.body?.cancel()
    return response.ok
  } catch {
    // The intake may not be up yet; the next try says more than this error.
    return false
  }
}

/** The finding as EventBridge carries it: wire names instead of the SDK's. */
export async function envelopeOf(finding: StoredFinding['finding']): Promise<object> {
  const guardduty = await loadService('guardduty')
  const shape = guardduty?.schemas.operations.get('GetFindings')?.output.getMemberSchema('Findings').getValueSchema()
  if (!shape) throw new Error('The schema of a GuardDuty finding is missing')
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'GuardDuty Finding',
    source: 'aws.guardduty',
    account: finding['AccountId'],
    time: finding['UpdatedAt'],
    region: finding['Region'],
    resources: [],
    detail: writeJson(shape, finding, { names: 'jsonName' }),
  }
}
