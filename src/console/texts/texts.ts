import { incidents } from './incidents.ts'
import { investigations } from './investigations.ts'
import { members } from './members.ts'
import { people } from './people.ts'
import { plans } from './plans.ts'
import { received } from './received.ts'
import { report } from './report.ts'
import { rules } from './rules.ts'
import { shell } from './shell.ts'
import { triage } from './triage.ts'

/** Every text of the console, in one place. */
export const texts = {
  ...shell,
  ...incidents,
  ...plans,
  ...rules,
  ...people,
  investigations,
  received,
  triage,
  members,
  report,
} as const
