import { Ago, Time } from '#console/parts/time.tsx'
import type { PlanView } from '#console/plans/calls.ts'
import { LeaseEnd, leaseOf } from '#console/plans/lease.tsx'
import { texts } from '#console/texts/texts.ts'
import type { IncidentDetail } from './calls.ts'

interface ContainmentsProps {
  readonly incident: IncidentDetail
  readonly plans: readonly PlanView[]
}

/** What Cordon holds in the account, since when, what it does not cut, and where it is undone. */
export function Containments({ incident, plans }: ContainmentsProps) {
  const { containments } = incident
  if (containments.length === 0) return null
  const holding = containments.filter(({ releasedAt }) => releasedAt === null)
  return (
    <section aria-labelledby="held">
      <h2 id="held">{texts.held(holding.length)}</h2>
      <ul class="held">
        {containments.map((one) => (
          <li key={`${one.plan} ${one.step}`}>
            <Containment containment={one} plans={plans} />
          </li>
        ))}
      </ul>
    </section>
  )
}

interface ContainmentProps {
  readonly containment: IncidentDetail['containments'][number]
  readonly plans: readonly PlanView[]
}

function Containment({ containment, plans }: ContainmentProps) {
  const { plan: hash, step: index, target, since, releasedAt } = containment
  const plan = plans.find((one) => one.hash === hash)
  const step = plan?.steps.find((one) => one.index === index)
  return (
    <>
      <p class="prose">
        <Mark containment={containment} /> {step?.text ?? target}{' '}
        <a href={`/plans/${hash}`}>{releasedAt === null ? texts.planAndUndo : texts.plan}</a>
      </p>
      <p class="quiet">
        {step?.target.text ?? target} · {texts.since} <Ago at={since} />
        <Release containment={containment} />
        <Until plan={plan} containment={containment} />
      </p>
      {releasedAt === null && <Residuals residual={step?.residual ?? []} />}
    </>
  )
}

type Held = Pick<ContainmentProps, 'containment'>

const Mark = ({ containment: { releasedAt } }: Held) =>
  releasedAt === null ? <span class="mark contained">{texts.holds}</span> : <span class="mark">{texts.released}</span>

const Release = ({ containment: { releasedAt, releaseReason } }: Held) =>
  releasedAt === null ? null : (
    <>
      {' · '}
      {releaseReason} <Time at={releasedAt} />
    </>
  )

function Until({ plan, containment: { releasedAt } }: Held & { readonly plan: PlanView | undefined }) {
  const lease = plan === undefined || releasedAt !== null ? null : leaseOf(plan)
  return lease === null ? null : (
    <>
      {' · '}
      <LeaseEnd lease={lease} />
    </>
  )
}

const Residuals = ({ residual }: { readonly residual: readonly string[] }) => (
  <>
    {residual.map((one) => (
      <p key={one} class="residual">
        {texts.residual}: {one}
      </p>
    ))}
  </>
)
