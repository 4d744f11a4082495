import type { Database } from '#store/database/database'
import { everyone, tokenHash } from '#store/people/people'
import { proposeChange, voteOnChange } from '#store/policy/changes'

export type Voter = 'approver1' | 'approver2'

export async function personOf(owner: Database, id: string) {
  const person = (await everyone(owner)).find((one) => one.id === id)
  if (person === undefined) throw new Error(`There is no ${id}`)
  return person
}

/** A change of Cordon’s own rules that the administrator proposes. */
export const proposedChange = async (
  owner: Database,
  change: Omit<Parameters<typeof proposeChange>[1], 'proposer'>,
): Promise<string> => proposeChange(owner, { ...change, proposer: await personOf(owner, 'admin') })

export async function approveChange(owner: Database, change: string, who: Voter): Promise<void> {
  const ballot = { person: await personOf(owner, who), decision: 'approve', reason: null, digest: null } as const
  await voteOnChange(owner, { change, ...ballot, session: tokenHash(`token-of-${who}`) })
}

/** The same with both votes, in force. */
export async function decidedChange(...[owner, wanted]: Parameters<typeof proposedChange>): Promise<string> {
  const change = await proposedChange(owner, wanted)
  await approveChange(owner, change, 'approver1')
  await approveChange(owner, change, 'approver2')
  return change
}
