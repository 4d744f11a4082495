import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'
import type { Temporal } from './temporal.ts'

/** The history of the newest run of a workflow, in the JSON form that replay reads. Throws when there is none. */
export async function fetchHistory({ client }: Temporal, workflowId: string): Promise<string> {
  return historyToJSON(await client.workflow.getHandle(workflowId).fetchHistory())
}
