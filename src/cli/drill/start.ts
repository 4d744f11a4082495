import { setTimeout as pause } from 'node:timers/promises'
import type { DrillRun } from '#cli/answers'
import type { Api } from '#cli/api'
import { eventStream } from '#cli/event-stream'
import { failure } from '#cli/failure'

const OPENING_MS = 10_000
const INCIDENT_MS = 60_000
const LOOK_EVERY_MS = 200

/** A drill whose incident is open. */
export interface StartedDrill {
  readonly incident: string
  readonly findingIds: readonly string[]
  /** Waits until something happened since the last call, at most so long. */
  readonly news: (ms: number) => Promise<void>
  readonly end: () => void
}

/** Plays the attack and waits for its incident, at most a minute. */
export async function startDrill(
  api: Api,
  wish: { readonly name: string; readonly account: string | undefined },
): Promise<StartedDrill> {
  const { news, end } = await listen(api)
  try {
    const run = await api.post<DrillRun>('/api/drills', wish)
    return { incident: await incidentOf(api, run), findingIds: run.findingIds, news, end }
  } catch (error) {
    end()
    throw error
  }
}

async function incidentOf(api: Api, run: DrillRun): Promise<string> {
  const until = performance.now() + INCIDENT_MS
  for (let current = run; performance.now() < until; current = await api.get<DrillRun>(`/api/drills/${run.id}`)) {
    if (current.incident !== null) return current.incident
    await pause(LOOK_EVERY_MS)
  }
  throw failure(
    1,
    `The drill's finding ${run.findingId} opened no incident within ${INCIDENT_MS / 1000} s: cordon findings list --state quarantined shows what could not be read, cordon doctor what does not run`,
  )
}

/** Only that something happened counts here; what it was is read from the record. */
async function listen(api: Api): Promise<Pick<StartedDrill, 'news' | 'end'>> {
  const ending = new AbortController()
  let hasNews = false
  let wake = (): void => undefined
  let failed: Error | null = null
  const standing = new Promise<void>((opened, broke) => void hear(opened).catch(broke))
  await Promise.race([standing, tooLong()])
  return {
    end: () => ending.abort(),
    async news(ms) {
      if (failed !== null) throw failed
      if (!hasNews) await soonest(ms)
      hasNews = false
    },
  }

  async function hear(opened: () => void): Promise<void> {
    try {
      for await (const _event of eventStream(api, { signal: ending.signal, opened })) {
        hasNews = true
        wake()
      }
    } catch (error) {
      failed = error instanceof Error ? error : new Error(String(error))
      wake()
      throw error
    }
  }

  async function soonest(ms: number): Promise<void> {
    const over = new AbortController()
    const woken = new Promise<void>((resolve) => (wake = resolve))
    await Promise.race([woken, pause(ms, undefined, { signal: over.signal }).catch(() => undefined)])
    over.abort()
  }
}

async function tooLong(): Promise<never> {
  await pause(OPENING_MS, undefined, { ref: false })
  throw failure(3, `The stream of events did not open within ${OPENING_MS / 1000} s: ask cordon doctor what is wrong`)
}
