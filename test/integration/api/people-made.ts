import { type Authenticator, createAuthenticator, type Touch } from '../../support/authenticator.ts'
import type { Reply, Who, World } from './world.ts'

/** Enrols a passkey for the person and lets the operator confirm it. */
export async function enrol(world: World, who: Who, authenticator = createAuthenticator()): Promise<Authenticator> {
  const { body } = await enrolOnly(world, who, authenticator)
  const confirmed = await world.call('POST', `/api/people/changes/${body.change.id}/confirm`, 'operator')
  if (confirmed.status !== 200) throw new Error(`Not confirmed: ${JSON.stringify(confirmed.body)}`)
  return authenticator
}

/** The same before anybody confirms it. */
export async function enrolOnly(world: World, who: Who, authenticator = createAuthenticator()): Promise<Reply> {
  const { challenge } = (await world.call('POST', '/api/passkeys/options', who)).body
  const made = authenticator.create({ challenge })
  return world.call('POST', '/api/passkeys', who, { name: 'a key', challenge, ...made })
}

export interface Assertion {
  readonly nonce: string
  readonly id: string
  readonly clientDataJSON: string
  readonly authenticatorData: string
  readonly signature: string
}

/** What the person’s browser sends along with the vote. */
export async function assertionFor(
  world: World,
  {
    hash,
    who,
    decision = 'approve',
    key,
    touch = {},
  }: {
    readonly hash: string
    readonly who: Who
    readonly decision?: string
    readonly key: Authenticator
    readonly touch?: Partial<Touch>
  },
): Promise<Assertion> {
  const { body } = await world.call('POST', `/api/plans/${hash}/votes/challenge`, who, { decision })
  return { nonce: body.nonce, ...key.get({ challenge: body.challenge, ...touch }) }
}
