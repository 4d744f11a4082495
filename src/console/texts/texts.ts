import { appeals } from './appeals.ts'
import { audit } from './audit.ts'
import { citing } from './citing.ts'
import { coverage } from './coverage.ts'
import { drills } from './drills.ts'
import { incidents } from './incidents.ts'
import { investigations } from './investigations.ts'
import { members } from './members.ts'
import { numbers } from './numbers.ts'
import { people } from './people.ts'
import { plans } from './plans.ts'
import { policy } from './policy.ts'
import { received } from './received.ts'
import { report } from './report.ts'
import { rules } from './rules.ts'
import { runbooks } from './runbooks.ts'
import { shell } from './shell.ts'
import { triage } from './triage.ts'

/** Every text of the console, in one place. */
export const texts = {
  ...shell,
  ...incidents,
  ...plans,
  ...rules,
  ...people,
  appeals,
  citing,
  coverage,
  numbers,
  runbooks,
  policy,
  drills,
  audit,
  investigations,
  received,
  triage,
  members,
  report,
} as const
