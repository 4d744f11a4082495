import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts'
import type { HttpResponse } from '@smithy/core/protocols'
import type { ClockSeen } from '#domain/doctor/clocks'

/** Whom STS takes an identity for, and what time it was there. */
export interface CallerSeen {
  readonly account: string
  readonly arn: string
  /** Null when the answer carried no date. */
  readonly clock: ClockSeen | null
}

/** STS says the time to the second: it may be up to so much later. */
const SECOND_MS = 1_000

/** Needs no permission. Throws the errors of STS. */
export async function whoAmI(sts: STSClient): Promise<CallerSeen> {
  let date: string | undefined
  sts.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args)
      date = (result.response as HttpResponse).headers['date']
      return result
    },
    { step: 'deserialize', name: 'dateOfAnswer' },
  )
  const before = Date.now()
  const { Account: account, Arn: arn } = await sts.send(new GetCallerIdentityCommand({}))
  const after = Date.now()
  if (account === undefined || arn === undefined) throw new Error('STS answered without an account')
  const at = date === undefined ? Number.NaN : Date.parse(date)
  return { account, arn, clock: Number.isNaN(at) ? null : { of: 'AWS', at, before: before - SECOND_MS, after } }
}
