import type { Workflows } from '#api/deps'

/** A Temporal in which nothing runs: the incidents that are woken in it are added to the list. */
export const wakingInto = (woken: string[]): Workflows => ({
  wakeIncident: async ({ incident }) => void woken.push(incident),
  startPlan: async () => undefined,
  runningWorkflowIds: async function* () {},
  check: async () => undefined,
})
