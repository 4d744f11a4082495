import { useEffect } from 'preact/hooks'
import { Absent } from '#console/parts/absent.tsx'
import { Voting } from '#console/parts/voting.tsx'
import type { PageProps } from '#console/shell/pages.tsx'
import { useReading } from '#console/shell/read.ts'
import { texts } from '#console/texts/texts.ts'
import { askForChallenge, readPlan, vote } from './calls.ts'
import { PlanBody } from './plan-body.tsx'

export function PlanPage({ id: hash }: PageProps) {
  const { value, refusal } = useReading(() => readPlan(hash))
  const plan = value.value
  useEffect(() => {
    document.title = `${texts.plan} ${plan?.shortHash ?? ''} · ${texts.product}`
  }, [plan?.shortHash])
  if (plan === null) return <Absent refusal={refusal.value} />
  return (
    <article>
      <p>
        <a href={`/incidents/${plan.incident}`}>{plan.incident}</a>
      </p>
      <h1>{plan.reason}</h1>
      <p>
        {texts.plan} <code>{plan.shortHash}</code> · {texts.phrase} <code>{plan.phrase}</code>
      </p>
      <PlanBody plan={plan} />
      {plan.status === 'proposed' && !plan.asksPasskey && (
        <p>
          {texts.readOnly} <code>cordon approve {plan.hash}</code>
        </p>
      )}
      {(plan.status === 'proposed' || plan.status === 'approved') && (
        <Voting
          decisions={['approve', 'deny', 'hold']}
          asksPasskey={plan.asksPasskey}
          isSigned={() => plan.asksPasskey}
          challenge={(decision) => askForChallenge(hash, decision)}
          vote={(body) => vote(hash, body)}
        />
      )}
    </article>
  )
}
