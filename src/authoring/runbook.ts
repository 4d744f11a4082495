/** What a runbook author imports as `cordon/runbook`: safe in the workflow sandbox. */

export type { Activity, InstanceDetails } from '#domain/evidence'
export type { Credential, Finding } from '#domain/finding'
export type { Outcome } from '#domain/outcome'
export type { Reach } from '#domain/reach'
export type { Ec2Instance, IamRole, IamUser, InstanceSessions, UserKey } from '#domain/targets'
export type { Assessment, Case, Cited, Confidence, Reason, TriageRule } from '#domain/triage/assessment'
export type { ContextFact, ContextFacts, FactName } from '#domain/triage/facts'
export { actions, evidence } from './ask.ts'
export { defineRunbook, type Runbook } from './define-runbook.ts'
export { because, becauseOf, defineTriageRule, known } from './define-triage-rule.ts'
export type { Incident, Verbs } from './verbs.ts'
