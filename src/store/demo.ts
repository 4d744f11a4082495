import { type Environment, noPasskeys } from '#domain/policy'
import type { Role } from '#domain/votes'
import { registerAccount } from './accounts/accounts.ts'
import { connect, type Tx } from './database/database.ts'
import { addPerson, addSession } from './people/people.ts'
import { keepFirstPolicy } from './policy/first-policy.ts'

export type DemoPerson = 'responder' | 'approver1' | 'approver2' | 'auditor' | 'admin' | 'intake'

export interface Demo {
  readonly tokens: Readonly<Record<DemoPerson, string>>
  readonly accounts: readonly {
    readonly id: string
    readonly name: string
    readonly environment: Environment
    readonly unit?: string
    readonly regions: readonly string[]
    /** What the account’s roles ask for; left out behind an emulator that asks for nothing. */
    readonly externalId?: string | undefined
  }[]
  /** YAML of the policy that an empty home starts with. */
  readonly policySource: string
}

/** Everybody in a group of their own, so that any two may lift a freeze and the approvers make every quorum. */
const cast: Readonly<
  Record<DemoPerson, { readonly name: string; readonly roles: readonly Role[]; readonly groups: readonly string[] }>
> = {
  responder: { name: 'Rosa Responder', roles: ['responder'], groups: ['response'] },
  approver1: { name: 'Ada Approver', roles: ['approver'], groups: ['security'] },
  approver2: { name: 'Ben Approver', roles: ['approver'], groups: ['platform'] },
  auditor: { name: 'Otto Auditor', roles: ['auditor'], groups: ['audit'] },
  admin: { name: 'Alma Admin', roles: ['policy-admin', 'operator'], groups: ['administration'] },
  intake: { name: 'Finding intake', roles: ['machine'], groups: [] },
}

const people = Object.keys(cast) as readonly DemoPerson[]

// A year: demo tokens live as long as the simulated home that they open.
const SESSION_MS = 365 * 86_400_000

/** Fills a simulated home with its people, sign-ins, accounts and, when it has none, a policy. Idempotent. */
export async function seedDemo(ownerUrl: string, demo: Demo): Promise<void> {
  const { db, close } = connect(ownerUrl, 1)
  try {
    await db.transaction().execute((tx) => seed(tx, demo))
  } finally {
    await close()
  }
}

async function seed(tx: Tx, { tokens, accounts, policySource }: Demo): Promise<void> {
  for (const id of people) {
    await addPerson(tx, { id, ...cast[id], ...(id === 'intake' ? {} : { email: `${id}@cordon.example` }) })
    await addSession(tx, { person: id, token: tokens[id], ms: SESSION_MS })
  }
  for (const account of accounts) await registerAccount(tx, account)
  // The people of a demo have no authenticators.
  await keepFirstPolicy(tx, policySource, noPasskeys)
}
