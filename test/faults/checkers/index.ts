import type { FaultRun } from '../run.ts'
import { acknowledgedWords } from './acknowledged-words.ts'
import { auditDensity } from './audit-density.ts'
import { authorisedEffect } from './authorised-effect.ts'
import { conservation } from './conservation.ts'
import { netEffect } from './net-effect.ts'
import { pages } from './pages.ts'
import { type Bundles, replays } from './replay.ts'
import type { Checker, Violation } from './violation.ts'

export { type Bundles, bundlesOf } from './replay.ts'
export type { Checker, Violation } from './violation.ts'

/** Every checker by its name, as `check-run` names it. */
export const checkers = {
  'authorised effect': authorisedEffect,
  'net effect': netEffect,
  conservation,
  'acknowledged words': acknowledgedWords,
  'audit density': auditDensity,
  pages,
} as const satisfies Readonly<Record<string, Checker>>

export type CheckerName = keyof typeof checkers

export interface Beside {
  /** The same run without faults. */
  readonly twin?: FaultRun
  /** The code of the builds that wrote the histories. */
  readonly bundles: Bundles
}

/** Everything that must not be so in the run, by every checker. */
export async function checkRun(run: FaultRun, { twin, bundles }: Beside): Promise<readonly Violation[]> {
  return [...Object.values<Checker>(checkers).flatMap((check) => check(run, twin)), ...(await replays(run, bundles))]
}
