import { Facts } from '#console/parts/facts.tsx'
import { Time } from '#console/parts/time.tsx'
import { texts } from '#console/texts/texts.ts'
import { type PlanView } from './calls.ts'

const MINUTE_MS = 60_000

type Step = PlanView['steps'][number]
type Call = Step['calls'][number]

/** A plan exactly as it runs: every change, what it cannot do, who must agree and until when. */
export const PlanBody = ({ plan }: { readonly plan: PlanView }) => (
  <>
    <Facts
      facts={[
        [texts.status, <span class={`mark ${plan.status}`}>{plan.status}</span>],
        [texts.tier, plan.tier],
        [texts.proposer, plan.proposer],
        ...(plan.authors.length === 0 ? [] : [[texts.authors, texts.noVoteOf(plan.authors)] as const]),
        [texts.quorum, texts.quorumOf(plan.quorum)],
        [texts.votes, plan.votes.map(({ person, decision }) => `${person}: ${decision}`).join(', ') || texts.noVotes],
        [texts.decideBy, <Time at={plan.decideBy} />],
        [texts.runBy, plan.runBy === null ? texts.runsFor(plan.runWithinMs / MINUTE_MS) : <Time at={plan.runBy} />],
        [texts.hash, <code>{plan.hash}</code>],
      ]}
    />
    {plan.statusReason !== null && <p>{plan.statusReason}</p>}
    <ol class="steps">
      {plan.steps.map((step) => (
        <StepItem key={step.index} step={step} />
      ))}
    </ol>
    <Sentences title={texts.blastRadius} sentences={plan.blastRadius} />
    <Sentences title={texts.readBack} sentences={plan.verifications.map(verificationText)} />
  </>
)

const verificationText = ({ at, discrepancies }: PlanView['verifications'][number]): string =>
  `${at}: ${Array.isArray(discrepancies) && discrepancies.length > 0 ? JSON.stringify(discrepancies) : texts.asPlanned}`

const StepItem = ({ step }: { readonly step: Step }) => (
  <li>
    <p class="step">
      {step.direction === 'revert' ? `${texts.undo} ${step.action}` : step.action}{' '}
      <span class={`mark ${step.status}`}>{step.status}</span>
      {!step.reversible && <span class="mark warning">{texts.irreversible}</span>}
    </p>
    <p class="quiet">{step.target.text}</p>
    <p>{step.text}</p>
    {step.calls.map((call) => (
      <CallTable key={`${call.operation} ${call.change.field}`} call={call} />
    ))}
    <Sentences title={texts.residual} sentences={step.residual} />
  </li>
)

const CallTable = ({ call }: { readonly call: Call }) => (
  <figure class="call">
    <figcaption>
      <code>{call.operation}</code> {call.change.field}
      {call.made.map(({ at, requestId }) => (
        <span key={`${at} ${requestId}`} class="quiet" title={requestId ?? ''}>
          {' '}
          {texts.made} <Time at={at} />
        </span>
      ))}
    </figcaption>
    <div class="sides">
      <Side title={texts.before} value={call.change.before} />
      {call.change.via !== undefined && <Side title={texts.via} value={call.change.via} />}
      <Side title={texts.after} value={call.made.at(-1)?.after ?? call.change.after} />
    </div>
  </figure>
)

const Side = ({ title, value }: { readonly title: string; readonly value: unknown }) => (
  <div>
    <span class="quiet">{title}</span>
    <pre>
      {value === null || value === undefined
        ? texts.nothing
        : typeof value === 'string'
          ? value
          : JSON.stringify(value, null, 2)}
    </pre>
  </div>
)

export const Sentences = ({ title, sentences }: { readonly title: string; readonly sentences: readonly string[] }) =>
  sentences.length === 0 ? null : (
    <>
      <p class="quiet">{title}</p>
      <ul>
        {sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </>
  )
