/** Whom passkeys belong to. Source: WebAuthn, relying party identifier and origin. */
export interface RelyingParty {
  readonly id: string
  readonly origin: string
}

export type RelyingPartyRead =
  | { readonly kind: 'party'; readonly party: RelyingParty }
  | { readonly kind: 'none'; readonly reason: string }

const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/

/** The relying party of the public address, or why there can be no passkeys there. */
export function relyingPartyOf(publicUrl: string): RelyingPartyRead {
  const { hostname, origin, protocol } = new URL(publicUrl)
  if (IPV4.test(hostname) || hostname.startsWith('['))
    return none(
      `A passkey belongs to a name, and ${hostname} is an address: set CORDON_PUBLIC_URL to https:// and a name`,
    )
  if (protocol !== 'https:' && hostname !== 'localhost')
    return none(`Browsers give passkeys to https only: set CORDON_PUBLIC_URL to https://${hostname}`)
  return { kind: 'party', party: { id: hostname, origin } }
}

const none = (reason: string): RelyingPartyRead => ({ kind: 'none', reason })
