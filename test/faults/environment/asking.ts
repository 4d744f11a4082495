import { setTimeout as pause } from 'node:timers/promises'
import type { CallRow } from '#simulator/calls'
import { controlOf, type Home } from '../../e2e/installation.ts'
import { type Answer, ask } from '../../support/ask.ts'
import type { FaultChange } from '../../support/simulator.ts'

const PATIENCE_MS = 240_000
const LOOK_EVERY_MS = 100

export type Person = 'responder' | 'approver1' | 'approver2' | 'auditor' | 'admin' | 'intake'

// oxlint-disable-next-line typescript/no-explicit-any -- documents of the API
export type Document = any

/** Waits until a look gives something; a look that fails is repeated, since parts are away. Fails with what was waited for. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | null | undefined | false>,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const until = performance.now() + patienceMs
  let failure: unknown
  while (performance.now() < until) {
    try {
      const seen = await look()
      failure = undefined
      if (seen !== null && seen !== undefined && seen !== false) return seen
    } catch (error) {
      failure = error
    }
    await pause(LOOK_EVERY_MS)
  }
  throw new Error(`It did not happen within ${patienceMs} ms: ${what}`, { cause: failure })
}

export interface Asking {
  readonly ask: (path: string, who: Person, body?: object) => Promise<Answer>
  readonly incident: (id: string) => Promise<Document>
  readonly plans: (id: string) => Promise<readonly Document[]>
  readonly timeline: (id: string) => Promise<readonly Document[]>
  /** Every request that reached the simulated accounts. */
  readonly calls: (query?: Readonly<Record<string, string>>) => Promise<readonly CallRow[]>
  readonly faults: (change: FaultChange) => Promise<void>
  readonly heal: () => Promise<void>
}

/** What a test asks of a home; where it is and who may ask is read once, while it is ready. */
export function askingOf(home: Home): Asking {
  const { tokens } = home.ready()
  const asked = async (path: string, who: Person, body?: object): Promise<Answer> =>
    ask({ url: `http://127.0.0.1:${home.port}`, token: tokens[who] }, path, body)
  const control = controlOf(home)
  return {
    ask: asked,
    incident: async (id) => (await asked(`/api/incidents/${id}`, 'responder')).body,
    plans: async (id) => (await asked(`/api/incidents/${id}/plans`, 'responder')).body.plans,
    timeline: async (id) => (await asked(`/api/incidents/${id}/timeline?limit=500`, 'responder')).body.events,
    async calls(query = {}) {
      const { calls } = (await control('GET', `calls?${new URLSearchParams(query).toString()}`)) as {
        readonly calls: readonly CallRow[]
      }
      return calls
    },
    faults: async (change) => void (await control('POST', 'faults', change)),
    heal: async () => void (await control('DELETE', 'faults')),
  }
}
