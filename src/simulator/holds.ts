import { setTimeout as pause } from 'node:timers/promises'
import type { FaultRule } from './faults.ts'

/** A call that a rule holds at this moment. */
export interface HeldCall {
  readonly operation: string
  readonly account: string
  readonly principal: string
  readonly effect: FaultRule['effect']
}

export interface Patience {
  /** Without it: until it is released. */
  readonly ms: number | undefined
  readonly hungUp: AbortSignal
}

/** The calls that wait: each for its time, until it is released, or until its caller has hung up. */
export interface Holds {
  readonly wait: (call: HeldCall, patience: Patience) => Promise<void>
  readonly list: () => readonly HeldCall[]
  /** Lets everything go on that waits; answers what that was. */
  readonly release: () => readonly HeldCall[]
}

export function createHolds(): Holds {
  const held = new Map<HeldCall, () => void>()
  return {
    async wait({ operation, account, principal, effect }, { ms, hungUp }) {
      const call = { operation, account, principal, effect }
      const timer = new AbortController()
      await new Promise<void>((resolve) => {
        held.set(call, resolve)
        if (hungUp.aborted) resolve()
        hungUp.addEventListener('abort', () => resolve())
        // Its abort only says that the call goes on for another reason.
        if (ms !== undefined) void pause(ms, undefined, { signal: timer.signal }).then(resolve, () => undefined)
      })
      timer.abort()
      held.delete(call)
    },
    list: () => [...held.keys()],
    release() {
      const waiting = [...held]
      for (const [, goOn] of waiting) goOn()
      return waiting.map(([call]) => call)
    },
  }
}
