import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import { headerOf, type WireRequest } from './request.ts'

/** What the Authorization header claims. */
export interface SignedScope {
  readonly accessKeyId: string
  readonly date: string
  readonly region: string
  readonly service: string
  readonly signedHeaders: readonly string[]
  readonly signature: string
}

export interface SigningSecret {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export type SignatureVerdict = 'valid' | 'wrong-signature' | 'wrong-body-hash' | 'skewed'

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256\s+Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request,\s*SignedHeaders=([^,]+),\s*Signature=([\da-f]{64})$/
const MINUTE_MS = 60_000
/** How far the time of a request may be from that of the service. Source: Signature Version 4, S3's RequestTimeTooSkewed. */
const MAX_SKEW_MS = 5 * MINUTE_MS
const MAX_SKEW_OF_S3_MS = 15 * MINUTE_MS
const CONTENT_HASH = 'x-amz-content-sha256'
/** Headers that the signer sees even when the client did not sign them. */
const SIGNER_HEADERS = [CONTENT_HASH, 'x-amz-date', 'x-amz-security-token']

/** Reads the Authorization header; undefined when the request is not signed with version 4. */
export function readSignedScope(request: WireRequest): SignedScope | undefined {
  const found = AUTHORIZATION.exec(headerOf(request.headers, 'authorization') ?? '')
  if (!found) return undefined
  const [, accessKeyId = '', date = '', region = '', service = '', signedHeaders = '', signature = ''] = found
  return { accessKeyId, date, region, service, signedHeaders: signedHeaders.split(';'), signature }
}

/** Signs the request again with the stored secret and compares. */
export async function verifySignature(
  request: WireRequest,
  scope: SignedScope,
  { secret, at }: { readonly secret: SigningSecret; readonly at: number },
): Promise<SignatureVerdict> {
  const signedAt = parseAmzDate(headerOf(request.headers, 'x-amz-date') ?? '')
  const mostSkew = scope.service === 's3' ? MAX_SKEW_OF_S3_MS : MAX_SKEW_MS
  if (!signedAt || Math.abs(at - signedAt.getTime()) > mostSkew) return 'skewed'
  const claimedHash = headerOf(request.headers, 'x-amz-content-sha256') ?? ''
  if (/^[\da-f]{64}$/.test(claimedHash) && claimedHash !== createHash('sha256').update(request.body).digest('hex'))
    return 'wrong-body-hash'
  const expected = await sign(request, { scope, secret, signedAt })
  return timingSafeEqual(Buffer.from(expected), Buffer.from(scope.signature)) ? 'valid' : 'wrong-signature'
}

async function sign(
  request: WireRequest,
  { scope, secret, signedAt }: { readonly scope: SignedScope; readonly secret: SigningSecret; readonly signedAt: Date },
): Promise<string> {
  const headers: Record<string, string> = {}
  for (const name of new Set([...scope.signedHeaders, CONTENT_HASH])) {
    const value = headerOf(request.headers, name)
    if (value !== undefined) headers[name] = value
  }
  const unsigned = SIGNER_HEADERS.filter((name) => !scope.signedHeaders.includes(name))
  const signer = signerFor(scope, secret)
  const signed = await signer.sign(
    {
      method: request.method,
      protocol: 'http:',
      hostname: '',
      path: request.path,
      query: queryOf(request),
      headers,
      body: request.body,
    },
    // Every header counts that the client signed, also those that the signer itself would leave out.
    { signingDate: signedAt, signableHeaders: new Set(scope.signedHeaders), unsignableHeaders: new Set(unsigned) },
  )
  return /Signature=(.*)$/.exec(signed.headers['authorization'] ?? '')?.[1] ?? ''
}

/** A signer of version 4; S3 alone does not encode its path twice. */
export function signerFor(scope: Pick<SignedScope, 'region' | 'service'>, secret: SigningSecret): SignatureV4 {
  return new SignatureV4({
    credentials: secret,
    region: scope.region,
    service: scope.service,
    sha256: Sha256,
    applyChecksum: false,
    uriEscapePath: scope.service !== 's3',
  })
}

function queryOf(request: WireRequest): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = {}
  for (const name of new Set(request.query.keys())) {
    const values = request.query.getAll(name)
    query[name] = values.length === 1 ? (values[0] ?? '') : values
  }
  return query
}

function parseAmzDate(text: string): Date | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text)
  if (!parts) return undefined
  const [, year, month, day, hour, minute, second] = parts
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
}

/** The hash that the signer asks for, on Node's own crypto. */
class Sha256 {
  #hash

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret))
  }

  update(chunk: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(chunk))
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }

  reset(): void {
    this.#hash = createHash('sha256')
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data)
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data)
}
