import type { PlanPurpose } from './plan.ts'
import type { Policy } from './policy.ts'

/** What an incident goes by and its producer did not confirm. */
export interface Unattested {
  readonly findings: number
  /** Of one of them. */
  readonly type: string
}

/** Why a plan must not be carried out without anybody’s vote; null when it may. What was done can be undone, whatever it was done for. */
export function doubtAbout(
  unattested: Unattested | null,
  { policy, purpose }: { readonly policy: Pick<Policy, 'requireAttested'>; readonly purpose: PlanPurpose },
): string | null {
  if (policy.requireAttested !== true || unattested === null || purpose === 'undo') return null
  const { findings, type } = unattested
  const which =
    findings === 1
      ? `A finding of the incident (${type}) was`
      : `${findings} findings of the incident (such as ${type}) were`
  return `${which} not confirmed by its producer: look whether it is genuine`
}
