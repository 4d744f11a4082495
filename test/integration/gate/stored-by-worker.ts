import type { Proposal } from '#domain/proposal'
import { connect } from '#store/database/database'
import { storePlan } from '#store/plans/proposals'
import type { GateWorld, StepWish } from './world.ts'

interface Wanted extends Partial<Pick<Proposal, 'purpose' | 'reason' | 'proposer'>> {
  /** What every target is tagged with. */
  readonly tags?: Readonly<Record<string, string>>
}

let proposals = 0

/** A plan as the worker makes and stores it from what the executor observed; of the runbook, unless somebody else asks. */
export async function storedByWorker(
  { urlOf, incident }: Pick<GateWorld, 'urlOf' | 'incident'>,
  wishes: readonly StepWish[],
  { tags = {}, ...asked }: Wanted = {},
) {
  const { db, close } = connect(urlOf('worker'), 1)
  proposals += 1
  try {
    return await storePlan(db, {
      incident,
      episode: 1,
      revision: 0,
      proposal: {
        verbKey: `verb-of-worker-${proposals}`,
        purpose: 'contain',
        reason: 'Stop the user',
        proposer: 'runbook/compromised-user-credentials',
        ...asked,
        wanted: wishes.map(({ action, target }) => ({ action, target })),
      },
      observations: wishes.map(({ arn, before }) => ({ kind: 'found', arn, state: before, tags, blastRadius: [] })),
    })
  } finally {
    await close()
  }
}
