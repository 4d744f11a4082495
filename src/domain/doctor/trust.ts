import { conditionsOf, listOf, readStatements } from '#domain/roles/role-document'

/** What the gate does when it opens a session of a step, and the role’s trust must allow. Source: STS AssumeRole. */
const SESSION_ACTIONS = ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'] as const

/** Conditions that the gate always answers. */
const ANSWERED_KEYS = ['sts:externalid', 'sts:sourceidentity']

export type TrustVerdict =
  | { readonly kind: 'trusts' }
  /** Actions that no statement allows to the hub. */
  | { readonly kind: 'lacks'; readonly actions: readonly string[] }
  /** Conditions and denials are for STS to judge. */
  | { readonly kind: 'unclear'; readonly why: string }

/** Whether the trust policy (JSON) lets principals of the hub’s account open a step’s session. */
export function judgeTrust(document: string, hub: string): TrustVerdict {
  const statements = readStatements(document)
  if (statements === null) return { kind: 'unclear', why: 'it is no policy' }
  if (statements.some(({ Effect }) => Effect === 'Deny')) return { kind: 'unclear', why: 'it denies something' }
  const forHub = statements.filter((statement) => names(statement.Principal, hub))
  const lacking = SESSION_ACTIONS.filter((action) => !forHub.some((statement) => allows(statement.Action, action)))
  if (lacking.length > 0) return { kind: 'lacks', actions: lacking }
  return forHub.flatMap(conditionsOf).some(({ key }) => !ANSWERED_KEYS.includes(key))
    ? { kind: 'unclear', why: 'it has conditions' }
    : { kind: 'trusts' }
}

function names(principal: unknown, hub: string): boolean {
  if (principal === '*') return true
  if (typeof principal !== 'object' || principal === null || !('AWS' in principal)) return false
  return listOf(principal.AWS).some((one) => one === '*' || one === hub || String(one).split(':')[4] === hub)
}

/** Names of actions have no case and may have wildcards. */
const allows = (patterns: unknown, action: string): boolean =>
  listOf(patterns).some((pattern) => {
    const [first = '', ...rest] = String(pattern).toLowerCase().split('*')
    const wanted = action.toLowerCase()
    return rest.length === 0 ? first === wanted : wanted.startsWith(first) && wanted.endsWith(rest.at(-1) ?? '')
  })
