import { texts } from '#console/texts/texts.ts'
import { CallChange } from './call-change.tsx'
import type { PlanView, Step } from './calls.ts'

/** What runs, exactly: every step, every call, what it cannot do and what else it touches. Nothing is left out. */
export const PlanBody = ({ plan }: { readonly plan: PlanView }) => (
  <>
    <Sentences title={texts.blastRadius} sentences={plan.blastRadius} />
    <ol class="steps">
      {plan.steps.map((step) => (
        <StepItem key={step.index} step={step} />
      ))}
    </ol>
    <Sentences title={texts.readBack} sentences={plan.verifications.map(verificationText)} />
  </>
)

const verificationText = ({ at, discrepancies }: PlanView['verifications'][number]): string =>
  `${at}: ${Array.isArray(discrepancies) && discrepancies.length > 0 ? JSON.stringify(discrepancies) : texts.asPlanned}`

const StepItem = ({ step }: { readonly step: Step }) => (
  <li>
    <h3>
      {step.direction === 'revert' ? `${texts.undo} ${step.action}` : step.action}{' '}
      {step.status !== 'proposed' && <span class={`mark ${step.status}`}>{step.status}</span>}{' '}
      <span class={step.reversible ? 'mark' : 'mark warning'}>
        {step.reversible ? texts.reversible : texts.irreversible}
      </span>
    </h3>
    <p class="prose">{step.text}</p>
    <p class="quiet">
      {step.target.text} · {step.region}
    </p>
    {problemOf(step) !== null && <p role="alert">{problemOf(step)}</p>}
    {step.calls.map((call) => (
      <CallChange key={`${call.operation} ${call.change.field}`} call={call} />
    ))}
    {step.calls.length === 0 && <p class="quiet">{texts.noCalls}</p>}
    <Sentences title={texts.residual} sentences={step.residual} />
  </li>
)

/** Why a step did not do what it should: a target that is not as the plan describes it, what the gate or AWS refused. */
function problemOf({ outcome }: Step): string | null {
  if (typeof outcome !== 'object' || outcome === null || !('kind' in outcome) || outcome.kind === 'applied') return null
  const said = Object.entries(outcome).flatMap(([name, value]) =>
    ['difference', 'reason', 'message', 'code'].includes(name) && typeof value === 'string' ? [value] : [],
  )
  return `${texts.stepEndings[String(outcome.kind)] ?? String(outcome.kind)}: ${said.join(' · ')}`
}

export const Sentences = ({ title, sentences }: { readonly title: string; readonly sentences: readonly string[] }) =>
  sentences.length === 0 ? null : (
    <>
      <p class="label">{title}</p>
      <ul>
        {sentences.map((sentence) => (
          <li key={sentence} class="prose">
            {sentence}
          </li>
        ))}
      </ul>
    </>
  )
