import type { Examination, Readiness } from '#cli/answers'
import type { Api } from '#cli/api'
import { isFailure } from '#cli/failure'
import { type Check, type Diagnosis, ill, well } from '#domain/doctor/check'
import { judgeClocks } from '#domain/doctor/clocks'
import { judgeParts } from '#domain/doctor/parts'

const HTTP_FORBIDDEN = 403
const HTTP_NOT_FOUND = 404
const HTTP_UNAUTHORIZED = 401

export interface Remote extends Diagnosis {
  readonly isReached: boolean
}

/** Asks the api what it sees; what anybody may ask, when it does not tell us more. */
export async function remoteChecks(api: Api): Promise<Remote> {
  try {
    await api.get('/healthz')
  } catch (error) {
    const next = 'npm start, or set CORDON_URL to where Cordon runs'
    return { isReached: false, checks: [ill('cordon', messageOf(error), next)], notes: [] }
  }
  const reached = well('cordon', `${api.url} answers`)
  const seen = await examinationOf(api)
  return { isReached: true, checks: [reached, ...seen.checks], notes: seen.notes }
}

async function examinationOf(api: Api): Promise<Diagnosis> {
  const before = Date.now()
  try {
    const { at, checks, notes } = await api.get<Examination>('/api/doctor')
    const clock = { of: 'the api’s machine', at: Date.parse(at), before, after: Date.now() }
    return {
      checks: [well('sign-in', 'The token is valid'), ...checks, ...judgeClocks([clock], 'this machine')],
      notes,
    }
  } catch (error) {
    if (!isFailure(error)) throw error
    const parts = judgeParts((await readiness(api)).parts)
    const signIn = signInOf(error.status, messageOf(error))
    return { checks: [...signIn.checks, ...parts], notes: signIn.notes }
  }
}

/** A refusal has two lines: the cause, and what to do. */
const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''

function signInOf(status: number | undefined, message: string): Diagnosis {
  if (status === HTTP_UNAUTHORIZED) return { checks: [noToken], notes: [PARTLY] }
  if (status === HTTP_FORBIDDEN)
    return { checks: [well('sign-in', 'The token is valid')], notes: [`${message}: ${PARTLY}`] }
  if (status === HTTP_NOT_FOUND)
    return { checks: [], notes: ['The Cordon there is older than this command and has no doctor of its own'] }
  return { checks: [], notes: [`The api could not say more: ${message}`] }
}

const PARTLY = 'servers, clocks and accounts were not looked at; the token of a responder or an administrator may'
const noToken: Check = ill(
  'sign-in',
  'No valid token came with the question',
  'Set CORDON_TOKEN to the token of a responder or an administrator',
)

/** It answers 503 with the same document when a part is missing. */
async function readiness(api: Api): Promise<Readiness> {
  try {
    return await api.get<Readiness>('/readyz')
  } catch (error) {
    if (!isFailure(error)) throw error
    const response = await fetch(new URL('/readyz', api.url))
    return (await response.json()) as Readiness
  }
}
