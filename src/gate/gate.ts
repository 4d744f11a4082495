import type { Logger } from 'pino'
import { errorKinds } from '#domain/errors'
import type { AttemptEnd, PermitAnswer, PermitQuestion } from '#domain/permit'
import type { RelyingParty } from '#domain/relying-party'
import type { Database } from '#store/database/database'
import { incidentOfPlan } from '#store/plans/gate-facts'
import { type Closing, endAttempt, settle } from './closing.ts'
import type { Mint } from './mint.ts'
import { decidePermit, type Given } from './permits.ts'

export interface GateDeps {
  readonly db: Database
  readonly mint: Mint
  readonly log: Logger
  /** Whom passkeys belong to here; without it no vote can be proven by one. */
  readonly relyingParty?: RelyingParty | null
}

/** Whether one step may be carried out now, and with which credentials. */
export interface Gate {
  readonly givePermit: (question: PermitQuestion) => Promise<PermitAnswer>
  readonly endAttempt: (permit: string, end: AttemptEnd) => Promise<Closing>
}

/** The gate. It fails closed: without the database or STS nobody gets anything, and a permit that was opened meanwhile is resumed later. */
export function createGate({ db, mint, log, relyingParty = null }: GateDeps): Gate {
  return {
    async givePermit(question) {
      const decision = await decidePermit(db, question, relyingParty)
      const answer = decision.kind === 'given' ? await withCredentials({ db, mint, log }, decision) : decision
      const incident = decision.kind === 'given' ? decision.order.incident : await incidentOfPlan(db, question.plan)
      log.info({ incident, plan: question.plan, step: question.step, ...summary(answer) }, 'Decided on a step')
      return answer
    },
    endAttempt: (permit, end) => endAttempt(db, permit, end),
  }
}

async function withCredentials({ db, mint }: GateDeps, { permitted, order, there }: Given): Promise<PermitAnswer> {
  if (permitted.calls.length === 0) return permitted
  const minted = await mint(order)
  if (minted.kind === 'minted') return { ...permitted, credentials: minted.credentials }
  const { code, reason } = minted
  if (errorKinds[code].retry === 'later') return minted
  return settle(db, permitted, { kind: 'refused', code, reason, calls: there })
}

/** What may stand in a log: never credentials. */
function summary(answer: PermitAnswer): Readonly<Record<string, unknown>> {
  switch (answer.kind) {
    case 'permitted':
      return { kind: answer.kind, permit: answer.permit, attempt: answer.attempt, calls: answer.calls.length }
    case 'settled':
      return { kind: answer.kind, outcome: answer.outcome.kind }
    case 'refused':
      return { kind: answer.kind, code: answer.code, reason: answer.reason }
  }
}
