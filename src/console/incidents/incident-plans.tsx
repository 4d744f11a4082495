import { Countdown } from '#console/parts/time.tsx'
import type { PlanView } from '#console/plans/calls.ts'
import { PlanBody } from '#console/plans/plan-body.tsx'
import { texts } from '#console/texts/texts.ts'

interface IncidentPlansProps {
  readonly plans: readonly PlanView[]
  readonly isClosed: boolean
}

/** Its plans, the latest first; what waits for votes is open. */
export const IncidentPlans = ({ plans, isClosed }: IncidentPlansProps) => (
  <section aria-labelledby="plans">
    <h2 id="plans">{texts.plans}</h2>
    {plans.length === 0 && <p class="quiet">{isClosed ? texts.noPlan : texts.noPlans}</p>}
    {plans.toReversed().map((plan) => (
      <PlanItem key={plan.hash} plan={plan} />
    ))}
  </section>
)

const PlanItem = ({ plan }: { readonly plan: PlanView }) => (
  <details class="plan" data-row open={plan.status === 'proposed'}>
    <summary>
      <span class={`mark ${plan.status}`}>{plan.status}</span> {plan.reason}
    </summary>
    <p>
      <a href={`/plans/${plan.hash}`}>
        {texts.plan} <code>{plan.shortHash}</code>
      </a>{' '}
      · {texts.quorumOf(plan.quorum)}
      {plan.status === 'proposed' && (
        <>
          {' · '}
          {texts.decideBy} <Countdown until={plan.decideBy} />
        </>
      )}
    </p>
    {plan.statusReason !== null && <p class="prose">{plan.statusReason}</p>}
    <PlanBody plan={plan} />
  </details>
)
