import { sleep } from '@temporalio/workflow'
import * as right from '#workflows/index'

export const carryOutPlan = right.carryOutPlan

/** As it is, but for a wait that was not there when the kept histories were written. */
export async function respondToIncident(incident: string): Promise<void> {
  await sleep(1000)
  await right.respondToIncident(incident)
}
