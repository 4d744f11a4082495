import type { Applied, Change } from '#store/people/person-changes'

/** What the caller is told; a link is shown once, to whoever made it due. */
export function outcomeOf(done: Change | Applied, publicUrl: string) {
  if (!('setUp' in done)) return { person: done.person, change: changeView(done), setUp: null }
  const { person, setUp } = done
  // Behind the number sign, so that it reaches no server and no log.
  return { person, change: null, setUp: setUp === null ? null : `${publicUrl}/set-up#token=${setUp}` }
}

export const changeView = ({ id, kind, person, body, proposer, proposed_at, expires_at }: Change) => ({
  id,
  kind,
  person,
  wish: body,
  proposer,
  proposedAt: proposed_at.toISOString(),
  expiresAt: expires_at.toISOString(),
})
