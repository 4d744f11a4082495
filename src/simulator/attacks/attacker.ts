import { type SigningSecret, signerFor } from '#simulator/wire/signature'
import { parseXml, type XmlElement } from '#simulator/wire/xml-reader'

/** A call of somebody who has credentials that are not his. */
export interface AttackCall {
  readonly service: 'sts' | 'iam' | 's3'
  readonly action: string
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
const VERSIONS = { sts: '2011-06-15', iam: '2010-05-08', s3: '' } as const
const FORM = 'application/x-www-form-urlencoded; charset=utf-8'

/** Makes one signed call over the wire, as any client would. */
export async function attempt(place: AttackerPlace, secret: SigningSecret, call: AttackCall): Promise<Attempt> {
  const url = new URL(place.endpoint)
  const isForm = call.service !== 's3'
  const body = isForm
    ? new URLSearchParams({ Action: call.action, Version: VERSIONS[call.service], ...call.parameters }).toString()
    : ''
  const headers: Record<string, string> = {
    host: url.host,
    'user-agent': place.userAgent,
    ...(isForm ? { 'content-type': FORM } : {}),
  }
  const request = {
    method: isForm ? 'POST' : 'GET',
    protocol: 'http:',
    hostname: url.hostname,
    path: '/',
    query: {},
    headers,
    body,
  }
  const signed = await signerFor({ region: REGION, service: call.service }, secret).sign(request)
  const response = await fetch(url, {
    method: request.method,
    headers: {
      ...withoutHost(signed.headers),
      [SOURCE_HEADER]: place.sourceAddress,
      [CONTROL_HEADER]: place.controlToken,
    },
    ...(isForm ? { body } : {}),
  })
  const text = await response.text()
  return response.ok ? { outcome: 'answered', reply: parseXml(text) } : { outcome: 'refused', status: response.status }
}

/** The HTTP client sets the host itself. */
const withoutHost = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'host'))
