import { Countdown, Time } from '#console/parts/time.tsx'
import { texts } from '#console/texts/texts.ts'
import type { PlanView } from './calls.ts'

const MINUTE_MS = 60_000

/** Where the plan stands, by name: whether it can still be decided, and what became of it otherwise. */
export function Standing({ plan }: { readonly plan: PlanView }) {
  const isOpen = plan.status === 'proposed'
  return (
    <section class={`standing is-${plan.status}`} aria-label={texts.status}>
      <p class="standing-what">
        <span class={`mark ${plan.status}`}>{plan.status}</span>{' '}
        <strong>{texts.standings[plan.status] ?? plan.status}</strong>
      </p>
      {plan.statusReason !== null && <p class="prose">{plan.statusReason}</p>}
      {plan.supersededBy !== null && (
        <p>
          <a href={`/plans/${plan.supersededBy}`}>{texts.newerPlan}</a>
        </p>
      )}
      {plan.standingApproval !== null && (
        <p>
          {texts.byStandingApproval}{' '}
          <a href={`/changes/${plan.standingApproval.change}`}>{plan.standingApproval.title}</a>
        </p>
      )}
      <dl class="clocks">
        <div>
          <dt>{texts.decideBy}</dt>
          <dd>
            {isOpen && <Countdown until={plan.decideBy} />} <Time at={plan.decideBy} />
          </dd>
        </div>
        <div>
          <dt>{texts.runBy}</dt>
          <dd>
            {plan.runBy === null ? (
              texts.runsFor(plan.runWithinMs / MINUTE_MS)
            ) : (
              <>
                {plan.status === 'approved' && <Countdown until={plan.runBy} />} <Time at={plan.runBy} />
              </>
            )}
          </dd>
        </div>
      </dl>
      {isOpen && <p>{undecidedText(plan)}</p>}
    </section>
  )
}

const undecidedText = ({ onTimeout, steps }: PlanView): string =>
  onTimeout.length === 0
    ? texts.undecided
    : texts.undecidedRuns(
        onTimeout.flatMap((index) => steps.find((step) => step.index === index)?.text ?? []).join(' · '),
      )

/** Who said what so far, and how many more are needed. */
export const Votes = ({ plan }: { readonly plan: PlanView }) => (
  <section aria-labelledby="votes">
    <h2 id="votes">{texts.votes}</h2>
    <p>
      {texts.quorumOf(plan.quorum)}
      {plan.authors.length > 0 && `. ${texts.noVoteOf(plan.authors)}`}
    </p>
    {plan.votes.length === 0 && <p class="quiet">{texts.noVotes}</p>}
    <ul class="votes">
      {plan.votes.map(({ person, decision, reason, at }) => (
        <li key={`${person} ${at}`} class="prose">
          <strong>
            {person}: {decision}
          </strong>
          {reason !== null && ` — ${reason}`}{' '}
          <span class="quiet">
            <Time at={at} />
          </span>
        </li>
      ))}
    </ul>
  </section>
)
