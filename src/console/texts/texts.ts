import { audit } from './audit.ts'
import { coverage } from './coverage.ts'
import { drills } from './drills.ts'
import { incidents } from './incidents.ts'
import { numbers } from './numbers.ts'
import { people } from './people.ts'
import { plans } from './plans.ts'
import { policy } from './policy.ts'
import { rules } from './rules.ts'
import { runbooks } from './runbooks.ts'
import { shell } from './shell.ts'

/** Every text of the console, in one place. */
export const texts = {
  ...shell,
  ...incidents,
  ...plans,
  ...rules,
  ...people,
  coverage,
  numbers,
  runbooks,
  policy,
  drills,
  audit,
} as const
