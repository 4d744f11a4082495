import { defineTriageRule } from 'cordon/runbook'
import { assessed, bySeverity, isGrave, threat, typesOf } from './by-severity.ts'

/** Objects are read, changed or deleted by somebody who should not. ATT&CK T1530, T1485. */
export const bucketData = bySeverity({
  family: 'bucket-data',
  title: 'Objects are taken, changed or deleted',
  grave: 'objects are taken, changed or deleted',
  otherwise: 'inconclusive',
  mild: 'unusual for this principal: ask its owner',
})

/** A login that failed shows that the database can be reached; one that did not is somebody inside. ATT&CK T1110, T1078. */
export const databases = defineTriageRule({
  id: 'database',
  title: 'Somebody tries to get into a database',
  handles: typesOf('database'),
  judge: (seen) => {
    if (isGrave(seen)) return threat(seen, 'somebody got into the database')
    const { type } = seen.finding
    return type.endsWith('SuccessfulLogin')
      ? assessed(seen, 'inconclusive', 'somebody got in, in an unusual way: ask the owner of the database user')
      : assessed(seen, 'posture', 'the database can be reached by those who try')
  },
})
