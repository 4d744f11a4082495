import type { Api } from '#cli/api'
import type { Connection } from '#cli/connection'

/** Somebody who can vote on the drill's plans from here. */
export interface Voter {
  readonly name: string
  readonly groups: readonly string[]
  readonly api: Api
}

interface Me {
  readonly person: { readonly name: string; readonly groups: readonly string[] }
}

/** The approvers whose tokens are known here: of the demo's ready.json, or CORDON_TOKEN_APPROVER1 and CORDON_TOKEN_APPROVER2. */
export async function votersOf(api: Api, { tokenOf }: Connection): Promise<readonly Voter[]> {
  const tokens = ['approver1', 'approver2'].map(tokenOf).filter((token) => token !== undefined)
  return Promise.all(
    tokens.map(async (token) => {
      const theirs = api.as(token)
      const { person } = await theirs.get<Me>('/api/me')
      return { name: person.name, groups: person.groups, api: theirs }
    }),
  )
}
