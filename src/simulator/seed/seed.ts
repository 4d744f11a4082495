import { hexId } from '#simulator/identifiers'
import type { Draft } from '#simulator/state/store'
import { placeIn, seedNetwork } from './network.ts'
import { accountPlans } from './organization.ts'
import { seedPrincipals } from './principals.ts'
import { seedWorkload } from './workload.ts'

const DAY_MS = 86_400_000
/** The accounts look as if they had been there for a while. */
const AGE_MS = 200 * DAY_MS

const EXTERNAL_ID_LENGTH = 40

/** Fills an empty state with the simulated organisation. */
export function seedOrganization(draft: Draft, now: number): void {
  const at = Math.floor((now - AGE_MS) / 1000) * 1000
  for (const plan of accountPlans) {
    const { id, name, environment, regions } = plan
    const externalId = hexId(EXTERNAL_ID_LENGTH)
    const account = { id, name, environment, regions, email: `${name}@example.com`, joinedAt: at }
    draft.put('account', id, environment === 'hub' ? account : { ...account, externalId })
    for (const region of regions) {
      draft.put('detector', `${id}/${region}`, { id: hexId(32), createdAt: at })
      seedNetwork(placeIn({ draft, plan, at }, region))
    }
    seedPrincipals({ draft, plan, at, externalId })
    if (environment !== 'hub') seedWorkload({ draft, plan, at })
  }
}
