import { setTimeout as pause } from 'node:timers/promises'
import type { Aws } from '#activities/aws/clients'
import { failureCode, translateError } from '#activities/aws/translate-error'
import type { ExecutorActivities, Observation } from '#domain/executor'
import { targetRegion } from '#domain/targets'
import type { Database } from '#store/database/database'
import { isBeingAttested } from '#store/findings/attesting'
import { accountPlace } from '#store/plans/planned-steps'
import { doingOf } from './erased.ts'

export interface ReadDeps {
  readonly db: Database
  readonly aws: Aws
}

type Question = Parameters<ExecutorActivities['observeTargets']>[0]

/** Reads each target as a plan would record it. Throws only what may succeed later. */
export async function observeTargets(deps: ReadDeps, { incident, wanted }: Question): Promise<readonly Observation[]> {
  await attested(deps.db, incident)
  const observations: Observation[] = []
  // One after the other: IAM is slow to answer many at once, and targets are few.
  for (const one of wanted) observations.push(await observeTarget(deps, incident, one))
  return observations
}

/** The intake reads findings back within a second or two; a plan that would be made before says that they are not confirmed. */
const ATTESTED_WITHIN_MS = 10_000
const LOOK_EVERY_MS = 250

async function attested(db: Database, incident: string): Promise<void> {
  const end = performance.now() + ATTESTED_WITHIN_MS
  while (performance.now() < end && (await isBeingAttested(db, incident))) await pause(LOOK_EVERY_MS)
}

async function observeTarget(
  { db, aws }: ReadDeps,
  incident: string,
  { action, target }: Question['wanted'][number],
): Promise<Observation> {
  try {
    const { partition, regions, externalId } = await accountPlace(db, target.account)
    const region = targetRegion(target) ?? regions[0] ?? ''
    const read = await aws.read({ account: target.account, region, incident, partition, externalId })
    const { arn, state, blastRadius, tags } = await doingOf(action).observe(read, target)
    return { kind: 'found', arn, state, tags, blastRadius: await blastRadius() }
  } catch (error) {
    const failed = translateError(error)
    if (!failed.nonRetryable) throw failed
    const code = failureCode(failed)
    return code === 'target_gone'
      ? { kind: 'gone', reason: failed.message }
      : { kind: 'failed', code, reason: failed.message }
  }
}
