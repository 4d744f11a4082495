import { defineSignal } from '@temporalio/workflow'

/** “Read the record”: the only message there is. It carries nothing, so a forged one can do nothing. */
export const wake = defineSignal('wake')
