import { useEffect } from 'preact/hooks'
import { Absent } from '#console/parts/absent.tsx'
import { Facts } from '#console/parts/facts.tsx'
import type { PageProps } from '#console/shell/pages.tsx'
import { useReading } from '#console/shell/read.ts'
import { isA } from '#console/shell/session.ts'
import { texts } from '#console/texts/texts.ts'
import { Afterwards } from './afterwards.tsx'
import { type PlanView, readPlan } from './calls.ts'
import { Deciding } from './deciding.tsx'
import { PlanBody } from './plan-body.tsx'
import { Standing, Votes } from './standing.tsx'
import './style.css'

/** A plan exactly as people decide it, for a phone and one thumb. */
export function PlanPage({ id: hash }: PageProps) {
  const { value, refusal } = useReading(() => readPlan(hash))
  const plan = value.value
  useEffect(() => {
    document.title = `${texts.plan} ${plan?.shortHash ?? hash} · ${texts.product}`
  }, [plan?.shortHash])
  if (plan === null)
    return (
      <>
        <h1>{texts.plan}</h1>
        <Absent refusal={refusal.value} />
      </>
    )
  return (
    <article class="plan-page">
      <p>
        <a href={`/incidents/${plan.incident}`}>{plan.incident}</a>
      </p>
      <h1 class="prose">{plan.reason}</h1>
      <p class="phrase">
        <strong>{plan.phrase}</strong> <code>{plan.shortHash}</code>
        <span class="quiet"> {texts.phraseHint}</span>
      </p>
      <div class="columns">
        <Standing plan={plan} />
        <section class="runs" aria-labelledby="runs">
          <h2 id="runs">{texts.runs(plan.steps.length)}</h2>
          <PlanBody plan={plan} />
        </section>
        <div>
          <Votes plan={plan} />
          <Afterwards plan={plan} />
          <About plan={plan} />
        </div>
      </div>
      <Deciding plan={plan} />
    </article>
  )
}

const About = ({ plan }: { readonly plan: PlanView }) => (
  <>
    <Facts
      facts={[
        [texts.tier, plan.tier],
        [texts.proposer, plan.proposer],
        ...(plan.revision === 0 ? [] : [[texts.revision, String(plan.revision)] as const]),
        [texts.hash, <code>{plan.hash}</code>],
      ]}
    />
    {plan.status === 'proposed' && isA('approver') && (
      <p class="quiet">
        {texts.byCommand} <code>cordon approve {plan.hash}</code>
      </p>
    )}
  </>
)
