import { type Assessment, because, becauseOf, type Case, defineTriageRule, known } from 'cordon/runbook'
import { also, assessed, bySeverity, caller, isGrave, threat, typesOf } from './by-severity.ts'

/** A workload’s or a person’s credential is in somebody else’s hands. ATT&CK T1552, T1078.004. */
export const stolenCredentials = defineTriageRule({
  id: 'stolen-credential',
  title: 'A credential is used where it was not given out',
  handles: typesOf('stolen-credential'),
  judge: (seen) => unlessOwnNetwork(seen, sure(seen, 'the credential was used where it was not given out')),
})

/** A known credential, used from an address that should not use it. ATT&CK T1078.004. */
export const suspiciousCallers = defineTriageRule({
  id: 'suspicious-caller',
  title: 'A credential is used from a suspicious address',
  handles: typesOf('suspicious-caller'),
  judge: (seen) =>
    seen.finding.credential.kind === 'unknown' && !isGrave(seen)
      ? assessed(seen, 'inconclusive', 'whose credential it is cannot be read: find its owner')
      : unlessOwnNetwork(seen, sure(seen, 'the credential was used')),
})

const sure = (seen: Case, text: string): Assessment => ({
  verdict: 'threat',
  confidence: 'high',
  reasons: [because(seen, 'credential', `${seen.finding.type}: ${text}${caller(seen)}`)],
})

/** Traffic of one’s own may leave by an address that the detector does not know; a person looks, nothing is closed. */
function unlessOwnNetwork(seen: Case, otherwise: Assessment): Assessment {
  const own = known(seen, 'own network')
  if (own === undefined) return otherwise
  return also(
    assessed(seen, 'inconclusive', 'the address is one of your own: ask the owner of the credential'),
    becauseOf(seen, own, 'remoteAddress'),
  )
}

/** A principal does what it never did. ATT&CK TA0003, TA0004, TA0006, TA0010, TA0040. */
export const unusualPrincipals = defineTriageRule({
  id: 'unusual-principal',
  title: 'A principal does what it never did',
  handles: typesOf('unusual-principal'),
  judge: (seen) => {
    const outside = known(seen, 'outside working Regions')
    const usual = isGrave(seen)
      ? threat(seen, 'unusual for this principal and harmful')
      : assessed(seen, 'inconclusive', 'unusual for this principal: ask its owner whether they did it')
    if (outside === undefined) return usual
    return also(
      threat(seen, 'unusual for this principal, in a Region where nobody works'),
      becauseOf(seen, outside, 'region'),
    )
  },
})

/** Root is used for what nothing else can do, or by somebody who should not have it. A person always hears of it. */
export const rootUse = defineTriageRule({
  id: 'root-use',
  title: 'Root was used',
  handles: typesOf('root-use'),
  judge: (seen) => ({
    ...assessed(seen, 'inconclusive', 'root was used: ask who did it, with which MFA and for what'),
    severity: 'high',
  }),
})

export const modelUse = bySeverity({
  family: 'model-use',
  title: 'Models are invoked in an unusual way',
  grave: 'models are invoked at somebody’s cost',
  otherwise: 'inconclusive',
  mild: 'look at the cost, and at whose key it is',
})
