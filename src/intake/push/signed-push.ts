import { createHmac, timingSafeEqual } from 'node:crypto'

/** How far a push’s clock may be from ours. */
export const PUSH_WINDOW_MS = 300_000

/** `t=<seconds since 1970>,n=<nonce>,v1=<HMAC-SHA256 in hex>`. */
export const SIGNATURE_HEADER = 'x-cordon-signature'

export type SignedPush =
  | { readonly kind: 'signed'; readonly nonce: string }
  | { readonly kind: 'refused'; readonly reason: string }

interface Push {
  readonly header: unknown
  /** The very bytes that came. */
  readonly body: Buffer
  readonly secret: string
  /** Milliseconds since 1970. */
  readonly now: number
}

const HEADER = /^t=(\d{1,12}),n=([\w-]{16,128}),v1=([0-9a-f]{64})$/

/**
 * Whether whoever pushed knows the secret, said it of these bytes and said it now: HMAC-SHA256 over `v1:<time>:<nonce>:<body>`. That the nonce
 * is new is for the record to say.
 */
export function signedPush({ header, body, secret, now }: Push): SignedPush {
  const [, time = '', nonce = '', signature = ''] = typeof header === 'string' ? (HEADER.exec(header) ?? []) : []
  if (signature === '')
    return refused(`${SIGNATURE_HEADER} is missing or is not t=<seconds>,n=<nonce of 16 or more>,v1=<hex>`)
  const wanted = createHmac('sha256', secret).update(`v1:${time}:${nonce}:`).update(body).digest()
  if (!timingSafeEqual(wanted, Buffer.from(signature, 'hex'))) return refused('The signature is not of this body')
  if (Math.abs(now - Number(time) * 1000) > PUSH_WINDOW_MS)
    return refused(`The signature is of another time: it counts for ${PUSH_WINDOW_MS / 1000} s`)
  return { kind: 'signed', nonce }
}

const refused = (reason: string): SignedPush => ({ kind: 'refused', reason })
