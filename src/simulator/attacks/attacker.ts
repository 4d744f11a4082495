import { type SigningSecret, signerFor } from '#simulator/wire/signature'
import { parseXml, type XmlElement } from '#simulator/wire/xml-reader'

/** A call of somebody who has credentials that are not his. */
export interface AttackCall {
  readonly service: 'sts' | 'iam' | 's3' | 'ec2'
  readonly action: string
  /** Default: where the global services are. */
  readonly region?: string
  readonly parameters?: Readonly<Record<string, string>>
}

export interface AttackerPlace {
  readonly endpoint: string
  /** What the trail shows as the caller's address: one of RFC 5737's documentation addresses. */
  readonly sourceAddress: string
  readonly userAgent: string
  readonly controlToken: string
}

export type Attempt =
  | { readonly outcome: 'answered'; readonly reply: XmlElement }
  | { readonly outcome: 'refused'; readonly status: number }

export const SOURCE_HEADER = 'x-simulator-source-address'
export const CONTROL_HEADER = 'x-simulator-control'

const REGION = 'us-east-1'
const VERSIONS = { sts: '2011-06-15', iam: '2010-05-08', ec2: '2016-11-15' } as const
const FORM = 'application/x-www-form-urlencoded; charset=utf-8'

/** Makes one signed call over the wire, as any client would. */
export async function attempt(place: AttackerPlace, secret: SigningSecret, call: AttackCall): Promise<Attempt> {
  const url = new URL(place.endpoint)
  const body = bodyOf(call)
  const method = body === undefined ? 'GET' : 'POST'
  const target = { method, protocol: 'http:', hostname: url.hostname, path: '/', query: {} }
  const content = body === undefined ? {} : { 'content-type': FORM }
  const headers = { host: url.host, 'user-agent': place.userAgent, ...content }
  const signer = signerFor({ region: call.region ?? REGION, service: call.service }, secret)
  const signed = await signer.sign({ ...target, headers, body: body ?? '' })
  // The HTTP client sets the host itself.
  const { host: _host, ...sent } = signed.headers
  const response = await fetch(url, {
    method,
    headers: { ...sent, [SOURCE_HEADER]: place.sourceAddress, [CONTROL_HEADER]: place.controlToken },
    ...(body === undefined ? {} : { body }),
  })
  const text = await response.text()
  return response.ok ? { outcome: 'answered', reply: parseXml(text) } : { outcome: 'refused', status: response.status }
}

/** The form of a call; S3's are addressed by method and path alone. */
const bodyOf = ({ service, action, parameters }: AttackCall): string | undefined =>
  service === 's3'
    ? undefined
    : new URLSearchParams({ Action: action, Version: VERSIONS[service], ...parameters }).toString()
