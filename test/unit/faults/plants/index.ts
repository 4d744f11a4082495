import type { CheckerName } from '../../../faults/checkers/index.ts'
import type { Plant } from '../planting.ts'
import { acknowledgedWordsPlants } from './acknowledged-words.ts'
import { auditDensityPlants } from './audit-density.ts'
import { authorisedEffectPlants } from './authorised-effect.ts'
import { conservationPlants } from './conservation.ts'
import { netEffectPlants } from './net-effect.ts'
import { pagesPlants } from './pages.ts'

/** For each checker what it must find, by a sentence; a checker without an entry does not compile. */
export const plants: Readonly<Record<CheckerName, Readonly<Record<string, Plant>>>> = {
  'authorised effect': authorisedEffectPlants,
  'net effect': netEffectPlants,
  conservation: conservationPlants,
  'acknowledged words': acknowledgedWordsPlants,
  'audit density': auditDensityPlants,
  pages: pagesPlants,
}
