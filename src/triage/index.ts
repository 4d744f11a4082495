import type { TriageRule } from 'cordon/runbook'
import { attackSequences } from './attack-sequences.ts'
import { modelUse, rootUse, stolenCredentials, suspiciousCallers, unusualPrincipals } from './credentials.ts'
import { exceptions } from './exceptions.ts'
import { probes, reconnaissance } from './probes.ts'
import { badReputation } from './reputation.ts'
import { accountSettings, exposure, logging } from './settings.ts'
import { bucketData, databases } from './stores.ts'
import { weaknesses } from './weaknesses.ts'
import { workloads } from './workloads.ts'

/** The shipped rules of triage; an organisation’s rule with the same id stands in for one of them. */
export const triageRules: readonly TriageRule[] = [
  ...exceptions,
  badReputation,
  attackSequences,
  stolenCredentials,
  suspiciousCallers,
  unusualPrincipals,
  rootUse,
  modelUse,
  logging,
  accountSettings,
  exposure,
  weaknesses,
  probes,
  reconnaissance,
  bucketData,
  databases,
  ...workloads,
]
