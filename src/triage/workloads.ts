import type { TriageRule } from 'cordon/runbook'
import { bySeverity } from './by-severity.ts'

const unsure = 'the detector is not sure: look at what the workload did before and after'

/** What runs in the organisation’s accounts and does what its owner did not ask for. ATT&CK T1496, TA0011. */
export const workloads: readonly TriageRule[] = [
  bySeverity({
    family: 'instance',
    title: 'An instance does what its owner did not ask for',
    grave: 'the instance does what its owner did not ask for',
    otherwise: 'inconclusive',
    mild: unsure,
  }),
  bySeverity({
    family: 'unusual-traffic',
    title: 'An instance talks in an unusual way',
    grave: 'the instance talks in a way that hides something',
    otherwise: 'inconclusive',
    mild: 'unusual for this instance: ask its owner whether it was changed',
  }),
  bySeverity({
    family: 'malware',
    title: 'A malicious file was found',
    grave: 'a malicious file was found',
    otherwise: 'inconclusive',
    mild: 'a suspicious file was found: look at its hash and its origin',
  }),
  bySeverity({
    family: 'runtime',
    title: 'A process does what the workload does not need',
    grave: 'a process attacks, hides or mines',
    otherwise: 'inconclusive',
    mild: 'new for this workload: ask whether it was deployed',
  }),
  bySeverity({
    family: 'cluster',
    title: 'A cluster is used by somebody who should not',
    grave: 'the cluster is used by somebody who should not',
    otherwise: 'inconclusive',
    mild: 'unusual for this cluster: ask its owner',
  }),
  bySeverity({
    family: 'function',
    title: 'A function does what its owner did not ask for',
    grave: 'the function does what its owner did not ask for',
    otherwise: 'inconclusive',
    mild: unsure,
  }),
]
