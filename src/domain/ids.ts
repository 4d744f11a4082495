/** Ids of Temporal’s workflows, and back. They carry no name of a person or a resource: ids are readable everywhere. */
export const incidentWorkflowId = (incident: string): string => `incident/${incident}`
/** The incident of an incident’s workflow; undefined for any other. */
export const incidentOfWorkflow = (workflowId: string): string | undefined => /^incident\/(.+)$/.exec(workflowId)?.[1]
export const planWorkflowId = (hash: string): string => `plan/${hash}`
/** A look of the doctor’s at the accounts; every question is one of its own. */
export const doctorWorkflowId = (nonce: string): string => `doctor/${nonce}`

/** Task queues. Only the first is versioned: workflows stay on the build that they began with. */
export const INCIDENTS_QUEUE = 'incidents'
export const EXECUTOR_QUEUE = 'executor'
/** The worker’s remote activities. */
export const CORE_QUEUE = 'core'

/** The name of the Temporal worker deployment whose versions are our builds. */
export const DEPLOYMENT = 'cordon'

/** A few words of a hash that people can compare by eye and by ear; the same in every place. */
export const shortHash = (hash: string): string => `${hash.slice(0, 4)}-${hash.slice(4, 8)}-${hash.slice(8, 12)}`
