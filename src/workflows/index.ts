/** The workflow types, and nothing else. */
export { carryOutPlan } from './carry-out-plan.ts'
export { inspectAccounts } from './inspect-accounts.ts'
export { respondToIncident } from './respond-to-incident.ts'
