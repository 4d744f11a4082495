import { Worker } from '@temporalio/worker'

export interface ReplayedHistory {
  /** As the workflow had it. */
  readonly workflowId: string
  /** In Temporal’s JSON form. */
  readonly history: unknown
}

/** Runs a bundle’s workflow over a history; throws when the bundle would not have done what the history shows. */
export async function replayHistory(bundle: string, { workflowId, history }: ReplayedHistory): Promise<void> {
  await Worker.runReplayHistory({ workflowBundle: { code: bundle } }, history, workflowId)
}
