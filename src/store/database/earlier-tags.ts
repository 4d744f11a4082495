import { type EarlierTags, tagsKey } from '#domain/observed-tags'
import { planFromBytes } from '#store/plans/plan-bytes'
import type { Tx } from './database.ts'

interface Of {
  readonly incident: string
  readonly policyDigest: string
}

/** The tags that the first plan on each target recorded in the incident, under the same policy: another one asks for other tags. */
export async function earlierTags(tx: Tx, { incident, policyDigest }: Of): Promise<EarlierTags> {
  const rows = await tx
    .selectFrom('plan')
    .select('bytes')
    .where('incident', '=', incident)
    .orderBy('proposed_at', 'desc')
    .orderBy('revision', 'desc')
    .execute()
  const steps = rows
    .map(({ bytes }) => planFromBytes(bytes))
    .filter((plan) => plan.policyDigest === policyDigest)
    .flatMap((plan) => plan.steps)
  // Later entries replace earlier ones: the first plan comes last.
  return Object.fromEntries(steps.flatMap(({ target, tags }) => (tags === undefined ? [] : [[tagsKey(target), tags]])))
}
