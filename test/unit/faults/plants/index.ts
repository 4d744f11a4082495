import type { CheckerName } from '../../../faults/checkers/index.ts'
import type { Plant } from '../planting.ts'
import { absorbingStopsPlants } from './absorbing-stops.ts'
import { acknowledgedWordsPlants } from './acknowledged-words.ts'
import { auditDensityPlants } from './audit-density.ts'
import { authorisedEffectPlants } from './authorised-effect.ts'
import { boundedHistoriesPlants } from './bounded-histories.ts'
import { budgetsPlants } from './budgets.ts'
import { confidentialityPlants } from './confidentiality.ts'
import { conservationPlants } from './conservation.ts'
import { coveragePlants } from './coverage.ts'
import { livenessPlants } from './liveness.ts'
import { monotoneStatesPlants } from './monotone-states.ts'
import { netEffectPlants } from './net-effect.ts'
import { orphansPlants } from './orphans.ts'
import { pagesPlants } from './pages.ts'
import { protectedAssetsPlants } from './protected-assets.ts'
import { restoreIdentityPlants } from './restore-identity.ts'
import { toldTransitionsPlants } from './told-transitions.ts'
import { truthfulContainmentPlants } from './truthful-containment.ts'

/** For each checker what it must find, by a sentence; a checker without an entry does not compile. */
export const plants: Readonly<Record<CheckerName, Readonly<Record<string, Plant>>>> = {
  'authorised effect': authorisedEffectPlants,
  'net effect': netEffectPlants,
  orphans: orphansPlants,
  conservation: conservationPlants,
  'restore identity': restoreIdentityPlants,
  'acknowledged words': acknowledgedWordsPlants,
  'absorbing stops': absorbingStopsPlants,
  'monotone states': monotoneStatesPlants,
  'truthful containment': truthfulContainmentPlants,
  budgets: budgetsPlants,
  'protected assets': protectedAssetsPlants,
  liveness: livenessPlants,
  'audit density': auditDensityPlants,
  'told transitions': toldTransitionsPlants,
  confidentiality: confidentialityPlants,
  'bounded histories': boundedHistoriesPlants,
  pages: pagesPlants,
  coverage: coveragePlants,
}
