import { defineTriageRule } from 'cordon/runbook'
import { assessed, isGrave, typesOf } from './by-severity.ts'

/** Who switches a log off hides what comes next, until somebody says why. ATT&CK T1562.008. */
export const logging = defineTriageRule({
  id: 'logging',
  title: 'A log was switched off',
  handles: typesOf('logging'),
  judge: (seen) => ({
    ...assessed(seen, 'inconclusive', 'a log was switched off: switch it on again, and ask who did it'),
    severity: 'high',
  }),
})

export const accountSettings = defineTriageRule({
  id: 'account-setting',
  title: 'A setting of the account became weaker',
  handles: typesOf('account-setting'),
  judge: (seen) => assessed(seen, 'inappropriate', 'the setting is weaker than before: find the change that says so'),
})

/** A setting, not an act; one by which somebody opened something up is worse than one that is merely so. */
export const exposure = defineTriageRule({
  id: 'exposure',
  title: 'Something can be reached that should not be',
  handles: typesOf('exposure'),
  judge: (seen) =>
    isGrave(seen)
      ? assessed(seen, 'inappropriate', 'it was opened up to everybody: close it, or say that it is meant so')
      : assessed(seen, 'posture', 'reports a setting, not an act'),
})
