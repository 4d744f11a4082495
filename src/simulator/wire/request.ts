import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { AwsFault } from './fault.ts'

/** One HTTP request as the wire sees it: the whole body is read, chunked uploads are joined. */
export interface WireRequest {
  readonly method: string
  /** The path as it was sent, still percent-encoded: signatures are made over it. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** The address that the trail shows. */
  readonly sourceAddress: string
}

const MAX_BODY_BYTES = 64 * 1024 * 1024

export async function readRequest(incoming: IncomingMessage): Promise<WireRequest> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BODY_BYTES)
      throw new AwsFault('RequestEntityTooLarge', 'The request is larger than 64 MiB.', { status: 413 })
    chunks.push(chunk)
  }
  const raw = Buffer.concat(chunks)
  const url = incoming.url ?? '/'
  const queryStart = url.indexOf('?')
  return {
    method: incoming.method ?? 'GET',
    path: queryStart < 0 ? url : url.slice(0, queryStart),
    query: new URLSearchParams(queryStart < 0 ? '' : url.slice(queryStart + 1)),
    headers: incoming.headers,
    body: isChunked(incoming.headers) ? joinChunks(raw) : raw,
    sourceAddress: incoming.socket.remoteAddress ?? '127.0.0.1',
  }
}

export function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name.toLowerCase()]
  return Array.isArray(value) ? value.join(', ') : value
}

const isChunked = (headers: IncomingHttpHeaders): boolean =>
  (headerOf(headers, 'content-encoding') ?? '').includes('aws-chunked') ||
  (headerOf(headers, 'x-amz-content-sha256') ?? '').startsWith('STREAMING-')

/** Joins the chunks of an `aws-chunked` body; its trailers (checksums) are not checked. */
function joinChunks(body: Buffer): Buffer {
  const parts: Buffer[] = []
  let at = 0
  for (;;) {
    const lineEnd = body.indexOf('\r\n', at)
    const size = lineEnd < 0 ? Number.NaN : Number.parseInt(body.toString('latin1', at, lineEnd), 16)
    if (!Number.isFinite(size)) throw new AwsFault('IncompleteBody', 'The chunked body ends before its last chunk.')
    if (size === 0) return Buffer.concat(parts)
    parts.push(body.subarray(lineEnd + 2, lineEnd + 2 + size))
    at = lineEnd + 2 + size + 2
  }
}
