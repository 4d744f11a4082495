import { setTimeout as pause } from 'node:timers/promises'
import type { ClientCall } from './run.ts'

export interface Answer {
  readonly status: number
  // oxlint-disable-next-line typescript/no-explicit-any -- answers of every route
  readonly body: any
}

/** One thing that somebody wants of Cordon. */
export interface Wish {
  readonly kind: ClientCall['kind']
  readonly subject: ClientCall['subject']
  readonly path: string
  readonly who: string
  readonly body: object
  readonly key?: string
}

/** People and programs that ask again until they are answered, and write down what they were told. */
export interface Client {
  readonly get: (path: string) => Promise<Answer['body']>
  readonly ask: (wish: Wish) => Promise<Answer>
  readonly calls: ClientCall[]
}

const ANSWER_TIMEOUT_MS = 20_000
const PATIENCE_MS = 180_000
const AGAIN_AFTER_MS = 250
const SERVER_FAILED = 500

export function createClient(url: string, tokens: Readonly<Record<string, string>>): Client {
  const calls: ClientCall[] = []
  const headersOf = (who: string, key?: string) => ({
    authorization: `Bearer ${tokens[who]}`,
    'content-type': 'application/json',
    ...(key === undefined ? {} : { 'idempotency-key': key }),
  })
  const once = async (path: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, { ...init, signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) })
    return { status: response.status, body: await response.json() }
  }
  return {
    calls,
    get: async (path) => (await persist(path, () => once(path, { headers: headersOf('responder') }))).body,
    ask: ({ kind, subject, path, who, body, key }) =>
      persist(path, async () => {
        const sentAt = new Date().toISOString()
        try {
          const init = { method: 'POST', headers: headersOf(who, key), body: JSON.stringify(body) }
          const answer = await once(path, init)
          const answeredAt = new Date().toISOString()
          calls.push({ kind, subject, sentAt, answeredAt, result: resultOf(answer.status), status: answer.status })
          return answer
        } catch (error) {
          calls.push({ kind, subject, sentAt, result: 'info' })
          throw error
        }
      }),
  }
}

/** An error of the server says nothing about what it had done before. */
const resultOf = (status: number): ClientCall['result'] =>
  status < 300 ? 'ok' : status < SERVER_FAILED ? 'fail' : 'info'

/** Asks until somebody answers who is not in trouble. Throws with the last trouble. */
async function persist(what: string, ask: () => Promise<Answer>): Promise<Answer> {
  const end = performance.now() + PATIENCE_MS
  let trouble: unknown = 'nothing was asked'
  while (performance.now() < end) {
    try {
      const answer = await ask()
      if (answer.status < SERVER_FAILED) return answer
      trouble = answer
    } catch (error) {
      // Whoever is killed answers nothing: it is asked again.
      trouble = error
    }
    await pause(AGAIN_AFTER_MS)
  }
  throw new Error(`${what} was not answered within ${PATIENCE_MS} ms: ${JSON.stringify(trouble)} ${String(trouble)}`)
}
