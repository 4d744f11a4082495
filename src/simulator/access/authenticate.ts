import { type Faults, timeOfAws } from '#simulator/faults'
import type { Store } from '#simulator/state/store'
import { AwsFault } from '#simulator/wire/fault'
import type { ProtocolName } from '#simulator/wire/protocol'
import { headerOf, type WireRequest } from '#simulator/wire/request'
import { type SignedScope, verifySignature } from '#simulator/wire/signature'
import { type Caller, identify } from './caller.ts'

type Refusal = 'unknown-key' | 'wrong-signature' | 'skewed' | 'expired-token' | 'unsigned'
type CodeAndStatus = readonly [code: string, status: number]

/** The codes that the services themselves use: they differ by protocol. */
const REFUSALS: Readonly<Record<Refusal, Readonly<Record<'query' | 'ec2' | 'json' | 's3', CodeAndStatus>>>> = {
  'unknown-key': {
    query: ['InvalidClientTokenId', 403],
    ec2: ['AuthFailure', 401],
    json: ['UnrecognizedClientException', 400],
    s3: ['InvalidAccessKeyId', 403],
  },
  'wrong-signature': {
    query: ['SignatureDoesNotMatch', 403],
    ec2: ['AuthFailure', 401],
    json: ['InvalidSignatureException', 400],
    s3: ['SignatureDoesNotMatch', 403],
  },
  skewed: {
    query: ['SignatureDoesNotMatch', 403],
    ec2: ['RequestExpired', 400],
    json: ['InvalidSignatureException', 400],
    s3: ['RequestTimeTooSkewed', 403],
  },
  'expired-token': {
    query: ['ExpiredToken', 403],
    ec2: ['RequestExpired', 400],
    json: ['ExpiredTokenException', 400],
    s3: ['ExpiredToken', 400],
  },
  unsigned: {
    query: ['MissingAuthenticationToken', 403],
    ec2: ['MissingAuthenticationToken', 403],
    json: ['MissingAuthenticationTokenException', 400],
    s3: ['AccessDenied', 403],
  },
}

const MESSAGES: Readonly<Record<Refusal, string>> = {
  'unknown-key': 'The security token included in the request is invalid.',
  'wrong-signature':
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  skewed: 'Signature expired or not yet current: the time of the request is too far from the time of the service.',
  'expired-token': 'The security token included in the request is expired',
  unsigned: 'Request is missing Authentication Token',
}

function dialectOf(protocol: ProtocolName): 'query' | 'ec2' | 'json' | 's3' {
  switch (protocol) {
    case 'awsQuery':
      return 'query'
    case 'ec2Query':
      return 'ec2'
    case 'restXml':
      return 's3'
    case 'awsJson1_0':
    case 'awsJson1_1':
    case 'restJson1':
      return 'json'
  }
}

export function refuse(refusal: Refusal, protocol: ProtocolName): AwsFault {
  const [code, status] = REFUSALS[refusal][dialectOf(protocol)]
  return new AwsFault(code, MESSAGES[refusal], { status })
}

interface Authenticating {
  readonly request: WireRequest
  readonly scope: SignedScope
  readonly protocol: ProtocolName
}

/** Who signed the request, proved by the signature; throws the service's own error otherwise. */
export async function authenticate(
  world: { readonly store: Store; readonly faults: Faults; readonly clock: () => number },
  { request, scope, protocol }: Authenticating,
): Promise<Caller> {
  const at = world.clock()
  const views = { effective: world.store.viewAt(at - world.faults.settings.iamLagMs), now: world.store.now(), at }
  const identified = identify(views, scope.accessKeyId, headerOf(request.headers, 'x-amz-security-token'))
  if (identified.outcome === 'unknown') throw refuse('unknown-key', protocol)
  if (identified.outcome === 'expired') throw refuse('expired-token', protocol)
  const verdict = await verifySignature(request, scope, { secret: identified.secret, at: timeOfAws(world.faults) })
  switch (verdict) {
    case 'valid':
      return identified.caller
    case 'wrong-signature':
    case 'skewed':
      throw refuse(verdict, protocol)
    case 'wrong-body-hash':
      throw new AwsFault(
        'XAmzContentSHA256Mismatch',
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
      )
  }
}
