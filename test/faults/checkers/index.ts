import type { FaultRun } from '../run.ts'
import { absorbingStops } from './absorbing-stops.ts'
import { acknowledgedWords } from './acknowledged-words.ts'
import { auditDensity } from './audit-density.ts'
import { authorisedEffect } from './authorised-effect.ts'
import { boundedHistories } from './bounded-histories.ts'
import { budgets } from './budgets.ts'
import { confidentiality } from './confidentiality.ts'
import { conservation } from './conservation.ts'
import { coverage } from './coverage.ts'
import { liveness } from './liveness.ts'
import { monotoneStates } from './monotone-states.ts'
import { netEffect } from './net-effect.ts'
import { orphans } from './orphans.ts'
import { pages } from './pages.ts'
import { protectedAssets } from './protected-assets.ts'
import { type Bundles, replays } from './replay.ts'
import { restoreIdentity } from './restore-identity.ts'
import { toldTransitions } from './told-transitions.ts'
import { truthfulContainment } from './truthful-containment.ts'
import type { Checker, Violation } from './violation.ts'

export { type Bundles, bundlesOf } from './replay.ts'
export type { Checker, Violation } from './violation.ts'

/** Every checker by its name, as `check-run` names it. */
export const checkers = {
  'authorised effect': authorisedEffect,
  'net effect': netEffect,
  orphans,
  conservation,
  'restore identity': restoreIdentity,
  'acknowledged words': acknowledgedWords,
  'absorbing stops': absorbingStops,
  'monotone states': monotoneStates,
  'truthful containment': truthfulContainment,
  budgets,
  'protected assets': protectedAssets,
  liveness,
  'audit density': auditDensity,
  'told transitions': toldTransitions,
  confidentiality,
  'bounded histories': boundedHistories,
  pages,
  coverage,
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
