import type { Structure } from './schema.ts'

/** An HTTP answer, ready to be sent. */
export interface WireReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/** What of an error goes on the wire. */
export interface WireError {
  readonly code: string
  readonly message: string
  readonly status: number
  readonly members: Structure
}

export const xmlReply = (status: number, body: string): WireReply => ({
  status,
  headers: { 'content-type': 'text/xml;charset=UTF-8' },
  body,
})

export const jsonReply = (status: number, body: unknown, contentType = 'application/json'): WireReply => ({
  status,
  headers: { 'content-type': contentType },
  body: JSON.stringify(body),
})
