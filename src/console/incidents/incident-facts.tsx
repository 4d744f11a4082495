import { Facts } from '#console/parts/facts.tsx'
import { Countdown, Time } from '#console/parts/time.tsx'
import { texts } from '#console/texts/texts.ts'
import type { IncidentDetail } from './calls.ts'

/** The verdict and why, by rules and by people. */
export const IncidentFacts = ({ incident }: { readonly incident: IncidentDetail }) => (
  <section aria-labelledby="verdict">
    <h2 id="verdict">
      {texts.verdict}: {incident.verdict ?? texts.noVerdict}
    </h2>
    <ul>
      {incident.reasons.map((reason) => (
        <li key={reason} class="prose">
          {reason}
        </li>
      ))}
    </ul>
    {incident.analystVerdicts.map((one) => (
      <p key={one.id} class="prose">
        <strong>{texts.analystSaid(one.person, one.verdict, one.confidence)}</strong> {one.conclusion}{' '}
        <span class="quiet">
          {one.stands ? texts.stands : texts.doesNotStand} · {texts.cites} {one.evidence.join(', ')} ·{' '}
          <Time at={one.at} />
        </span>
      </p>
    ))}
    <WhyPriority incident={incident} />
    <About incident={incident} />
    <Learned incident={incident} />
  </section>
)

interface FactsProps {
  readonly incident: IncidentDetail
}

/** Why it comes before or after another: the terms of the sum, one by one. */
const WhyPriority = ({ incident: { priority, priorityTerms } }: FactsProps) =>
  priority === null ? null : (
    <details>
      <summary>{texts.whyPriority(priority)}</summary>
      <ul>
        {priorityTerms.map(({ points, text }) => (
          <li key={text}>{points === 0 ? text : `${points > 0 ? '+' : ''}${points} ${text}`}</li>
        ))}
      </ul>
    </details>
  )

const About = ({ incident }: FactsProps) => (
  <Facts
    facts={[
      [texts.opened, <Time at={incident.openedAt} />],
      [texts.environment, incident.environment ?? texts.unknown],
      [texts.runbook, incident.runbook ?? texts.noRunbook],
      [texts.episode, String(incident.episode)],
      ...(incident.answerBy === null ? [] : [[texts.answerBy, <Countdown until={incident.answerBy} />] as const]),
      ...(incident.closedAt === null ? [] : [[texts.closed, <Time at={incident.closedAt} />] as const]),
      ...(incident.closureCode === null ? [] : [[texts.closureCode, incident.closureCode] as const]),
      [texts.findingTypes, incident.findingTypes.join(', ')],
    ]}
  />
)

/** What is to be different next time, and why it comes again. */
const Learned = ({ incident: { lessons, problems } }: FactsProps) => (
  <>
    {lessons !== null && (
      <>
        <h3>{texts.lessons}</h3>
        <p class="prose">{lessons}</p>
      </>
    )}
    {problems.length > 0 && (
      <>
        <h3>{texts.comesAgain}</h3>
        <ul>
          {problems.map(({ id, subject, owner }) => (
            <li key={id}>
              {subject}: {owner ?? texts.nobodyOwns}
            </li>
          ))}
        </ul>
      </>
    )}
  </>
)
