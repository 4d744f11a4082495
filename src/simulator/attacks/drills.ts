import { accountPlans } from '#simulator/seed/organization'
import { fault } from '#simulator/services/absent'
import type { World } from '#simulator/world'
import type { Deliveries } from './delivery.ts'
import { miningInstance } from './mining-instance.ts'
import { stolenAccessKey } from './stolen-access-key.ts'

/** What a drill needs beside the world. */
export interface DrillRun {
  readonly world: World
  readonly endpoint: string
  readonly controlToken: string
  readonly account: string
  /** Ends what goes on in the background. */
  readonly signal: AbortSignal
}

/** What a drill did, and what goes on after it has answered. */
export interface DrillStarted {
  /** The finding that opens the incident. */
  readonly findingId: string
  /** What GuardDuty says beside it. */
  readonly moreFindingIds?: readonly string[]
  readonly account: string
  readonly user?: string
  readonly instanceId?: string
  /** The key that the attacker uses. */
  readonly accessKeyId: string
  /** The attack as it goes on; it ends by itself. */
  readonly background: Promise<void>
}

export interface Drill {
  readonly title: string
  readonly defaultAccount: string
  readonly run: (run: DrillRun) => Promise<DrillStarted>
}

const drills: Readonly<Record<string, Drill>> = {
  'stolen-access-key': stolenAccessKey,
  'mining-instance': miningInstance,
}

export interface Drills {
  readonly list: () => readonly { readonly name: string; readonly title: string; readonly account: string }[]
  /** Where one can be played. */
  readonly accounts: () => readonly { readonly id: string; readonly name: string }[]
  /** Plays the attack; the finding is delivered in the background until the intake has taken it. */
  readonly start: (
    name: string,
    run: Pick<DrillRun, 'endpoint' | 'controlToken'> & { readonly account?: string },
  ) => Promise<Omit<DrillStarted, 'background'>>
  readonly stop: () => void
}

/** The drills of a simulator; a new one on an account ends the attack that still goes on there. */
export function createDrills(world: World, deliveries: Deliveries): Drills {
  const running = new Map<string, AbortController>()
  return {
    list: () => Object.entries(drills).map(([name, { title, defaultAccount: account }]) => ({ name, title, account })),
    accounts: () =>
      accountPlans.filter(({ environment }) => environment !== 'hub').map(({ id, name }) => ({ id, name })),
    async start(name, { account, ...place }) {
      const drill = Object.hasOwn(drills, name) ? drills[name] : undefined
      if (!drill) throw fault('ResourceNotFound', `There is no drill ${name}.`, 404)
      const target = account ?? drill.defaultAccount
      const attack = new AbortController()
      running.get(target)?.abort()
      running.set(target, attack)
      const { background: _goesOn, ...started } = await drill.run({
        world,
        account: target,
        signal: attack.signal,
        ...place,
      })
      deliveries.begin()
      return started
    },
    stop() {
      deliveries.stop()
      for (const attack of running.values()) attack.abort()
    },
  }
}
