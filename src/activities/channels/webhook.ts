import { Webhook } from 'standardwebhooks'
import type { WebhookSettings } from '#domain/channel-settings'
import type { Attempt } from '#domain/channels'
import type { PageMessage } from '#domain/page-message'
import { codeOf, type Patience, type Send } from './channel.ts'

/** What a receiver may answer now and take later; other answers of the 300s and 400s stay as they are. Source: RFC 9110, 15; RFC 6585, 4. */
const AGAIN = new Set([408, 409, 425, 429])

/** Signed HTTP requests. Source: Standard Webhooks 1.0, https://github.com/standard-webhooks/standard-webhooks. */
export function webhookChannel({ url, secret }: WebhookSettings): Send {
  const signer = new Webhook(secret)
  return async (message, patience) => {
    try {
      const response = await post(url, signedRequest(signer, message), patience)
      // Only the status counts; nothing that a receiver says is read.
      await response.body?.cancel()
      return attemptOf(response.status)
    } catch (error) {
      patience.signal.throwIfAborted()
      return { kind: 'failed', problem: problemOf(error, patience) }
    }
  }
}

function signedRequest(signer: Webhook, { id, body }: PageMessage): RequestInit {
  const payload = JSON.stringify(body)
  const now = new Date()
  return {
    method: 'POST',
    body: payload,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Cordon',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': signer.sign(id, now, payload),
    },
  }
}

const post = (url: string, request: RequestInit, { ms, signal }: Patience): Promise<Response> =>
  // A redirect would send a page, with its signature, to somebody whom no operator named.
  fetch(url, { ...request, redirect: 'manual', signal: AbortSignal.any([signal, AbortSignal.timeout(ms)]) })

function attemptOf(status: number): Attempt {
  if (status >= 200 && status < 300) return { kind: 'taken', receipt: `HTTP ${status}` }
  if (status >= 300 && status < 400)
    return { kind: 'refused', problem: `it answered HTTP ${status}, and redirects are not followed` }
  const problem = `it answered HTTP ${status}`
  return { kind: status >= 500 || AGAIN.has(status) ? 'failed' : 'refused', problem }
}

function problemOf(error: unknown, { ms }: Patience): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `it did not answer within ${Math.round(ms)} ms`
  return `it cannot be reached (${codeOf(error) ?? 'no reason given'})`
}
