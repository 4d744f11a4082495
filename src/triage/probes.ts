import { type Assessment, because, type Case, defineTriageRule } from 'cordon/runbook'
import { assessed, bySeverity, isGrave, threat, typesOf } from './by-severity.ts'

/** The whole Internet knocks; an instance that knocks elsewhere belongs to somebody else. ATT&CK T1110, T1595. */
export const probes = defineTriageRule({
  id: 'probe',
  title: 'Ports are probed, or passwords guessed',
  handles: typesOf('probe'),
  judge: (seen): Assessment => {
    const { resourceRole, type } = seen.finding
    if (resourceRole === 'actor') return attacks(seen)
    // A probe that is reported is always one against the resource. Source: GuardDuty, EC2 finding types.
    const isTarget = resourceRole === 'target' || type.startsWith('Recon:EC2/PortProbe')
    if (isTarget) return exposed(seen)
    return isGrave(seen)
      ? threat(seen, 'passwords are guessed')
      : assessed(seen, 'inconclusive', 'whether the instance guesses or is guessed at cannot be read')
  },
})

const attacks = (seen: Case): Assessment => ({
  verdict: 'threat',
  confidence: 'high',
  severity: 'high',
  reasons: [because(seen, 'resourceRole', `${seen.finding.type}: the instance itself probes or guesses`)],
})

const exposed = (seen: Case): Assessment =>
  isGrave(seen)
    ? assessed(seen, 'inappropriate', 'a port of a cluster is open to the Internet: close it')
    : assessed(seen, 'posture', 'a port is open to the Internet, which knocks')

/** Somebody looks around. Alone it is no harm yet; what follows it is. ATT&CK TA0043, TA0007. */
export const reconnaissance = bySeverity({
  family: 'reconnaissance',
  title: 'Somebody looks around',
  grave: 'somebody who is known for attacks looks around',
  otherwise: 'inconclusive',
  mild: 'somebody looks around: ask the owner, and put your own scanners into the context',
})
