import { type Role, roles } from './votes.ts'

/** What a value of the roles claim gives. Nothing that the identity provider says counts unless it is here. */
export interface Given {
  readonly roles: readonly Role[]
  readonly groups: readonly string[]
}

export interface OidcSettings {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  readonly scope: string
  /** The claim whose values are looked up. */
  readonly claim: string
  readonly mapping: Readonly<Record<string, Given>>
}

export type MappingRead =
  | { readonly kind: 'mapping'; readonly mapping: OidcSettings['mapping'] }
  | { readonly kind: 'wrong'; readonly entry: string }

/** Reads `security-approvers=approver,responder@security; staff=viewer`. */
export function readMapping(text: string): MappingRead {
  const mapping: Record<string, Given> = {}
  for (const entry of text.split(';').map((one) => one.trim())) {
    if (entry === '') continue
    const match = /^([^=]+)=([^@]+)(?:@(.+))?$/.exec(entry)
    const given = { roles: membersOf(match?.[2]).filter(isRole), groups: membersOf(match?.[3]) }
    if (match?.[1] === undefined || given.roles.length !== membersOf(match[2]).length) return { kind: 'wrong', entry }
    mapping[match[1].trim()] = given
  }
  return { kind: 'mapping', mapping }
}

const membersOf = (text = ''): readonly string[] =>
  text
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member !== '')

const isRole = (text: string): text is Role => roles.some((role) => role === text)

/** What the values of the claim give together; a claim that is one text is one value. */
export function givenBy(claim: unknown, mapping: OidcSettings['mapping']): Given {
  const values = Array.isArray(claim) ? claim : [claim]
  const given = values.flatMap((value) =>
    typeof value === 'string' && Object.hasOwn(mapping, value)
      ? [mapping[value]].filter((one) => one !== undefined)
      : [],
  )
  return {
    roles: [...new Set(given.flatMap((one) => one.roles))],
    groups: [...new Set(given.flatMap((one) => one.groups))],
  }
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** Whether nothing leaves this machine on the way there. */
export const isLoopback = (url: string): boolean => LOOPBACK.test(new URL(url).hostname)
