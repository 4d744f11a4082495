import type { IncidentDetail, IncidentRow, TimelineEvent, WaitingFor } from '#cli/answers'
import type { Screen } from '#cli/screen'
import { table, time } from './table.ts'

/** One line an incident. */
export const incidentTable = (incidents: readonly IncidentRow[]): string =>
  incidents.length === 0
    ? 'No incidents.'
    : table(
        ['ID', 'PRIORITY', 'STATUS', 'PHASE', 'SEVERITY', 'ACCOUNT', 'OPENED', 'TITLE'],
        incidents.map(({ id, priority, status, phase, severity, band, account, accountName, openedAt, title }) => [
          id,
          priority ?? '',
          status,
          phase,
          `${severity} ${band}`,
          accountName ?? account,
          time(openedAt),
          title,
        ]),
      )

/** An incident's own facts. */
export function incidentText(incident: IncidentDetail, { paint }: Pick<Screen, 'paint'>): string {
  const { id, title, status, phase, verdict, reasons, account, accountName, region, waitingFor } = incident
  return [
    `${paint('bold', title)}`,
    `  incident ${id}, episode ${incident.episode}: ${status}, phase ${phase}`,
    `  severity ${incident.severity} (${incident.band}) in ${accountName ?? account} (${account}), ${region}`,
    `  ${incident.findingTypes.join(', ')}`,
    `  verdict ${verdict ?? 'none yet'}${answerText(incident)}`,
    ...reasons.map((reason) => `    because ${reason}`),
    ...(incident.priority === null
      ? []
      : [`  why ${incident.priority}: ${incident.priorityTerms.map(termText).join(', ')}`]),
    ...(incident.acknowledgedBy === null ? [] : [`  looked after by ${incident.acknowledgedBy}`]),
    ...askedText(incident),
    ...(incident.closureCode === null ? [] : [`  closed as ${incident.closureCode}`]),
    ...groupText(incident),
    ...foundOutText(incident),
    ...incident.containments.map(
      ({ target, since, releasedAt, releaseReason }) =>
        `  ${releasedAt === null ? 'contained' : 'released'} ${target} ${releasedAt === null ? `since ${time(since)}` : `at ${time(releasedAt)} (${releaseReason})`}`,
    ),
    ...incident.tasks.filter(({ settledAt }) => settledAt === null).map(({ id, text }) => `  task ${id}: ${text}`),
    ...incident.pages.filter(({ status }) => status === 'unheard').map(unheardText),
    ...incident.comments.map(({ person, text, at }) => `  ${person} at ${time(at)}: ${text}`),
    ...(waitingFor === null ? [] : [`  ${waitText(waitingFor)}`]),
  ].join('\n')
}

/** Who is asked to come, and has not answered. */
const askedText = ({ appeals }: IncidentDetail): readonly string[] =>
  appeals
    .filter(({ status }) => status === 'open' || status === 'unanswered')
    .map(({ kind, of, by, reason }) => `  ${by} asks ${of} ${askedWords[kind] ?? kind}: ${reason}`)

const askedWords: Readonly<Record<string, string>> = { help: 'for help', 'hand-over': 'to take it over' }

/** What it has to do with other incidents. */
const groupText = ({ isSample, mergedInto, related, regroupings }: IncidentDetail): readonly string[] => [
  ...(isSample ? ['  a sample of its detector: nothing is contained'] : []),
  ...(mergedInto === null ? [] : [`  merged into incident ${mergedInto}`]),
  ...related.map((id) => `  related to incident ${id}`),
  ...regroupings
    .filter(({ undoneAt }) => undoneAt === null)
    .map(({ id, kind, from, into, findings }) => `  ${kind} ${id}: ${findings} findings from ${from} to ${into}`),
]

/** What people found out. */
const foundOutText = ({ claims, analystVerdicts, questions, problems }: IncidentDetail): readonly string[] => [
  ...claims
    .filter(({ end }) => end === null)
    .map(({ person, until }) => `  ${person} looks into it until ${time(until)}`),
  ...analystVerdicts.map(
    ({ person, verdict, conclusion, stands }) =>
      `  ${person} concluded ${verdict}${stands ? '' : ', which does not stand'}: ${conclusion}`,
  ),
  ...questions.flatMap(({ id, person, text, answers }) => [
    `  question ${id} of ${person}: ${text}`,
    ...answers.map((answer) => `    ${answer.person}: ${answer.text}`),
  ]),
  ...problems.map(({ id, subject, owner }) => `  comes again: ${subject} (problem ${id}, ${owner ?? 'no owner yet'})`),
]

const answerText = ({ confidence, answerBy }: IncidentDetail): string =>
  `${confidence === null ? '' : `, confidence ${confidence}`}${answerBy === null ? '' : `; a person answers by ${time(answerBy)}`}`

const termText = ({ points, text }: IncidentDetail['priorityTerms'][number]): string =>
  points === 0 ? text : `${text} ${points > 0 ? '+' : ''}${points}`

/** Whom no channel but the console reached, and what was tried. */
const unheardText = ({ person, level, deliveries }: IncidentDetail['pages'][number]): string =>
  `  not reached: ${person} (level ${level}): ${deliveries.map(({ channel, problem }) => `${channel}: ${problem ?? 'delivered'}`).join('; ')}`

/** What it waits for, whom and until when. */
export function waitText({ what, plan, text, whom, until }: WaitingFor): string {
  const about = plan === undefined ? (text ?? '') : `plan ${plan.slice(0, 12)}`
  return `waits for ${what}: ${about} (${whom.join(', ')}${until === null ? '' : `, until ${time(until)}`})`
}

/** What happened, oldest first. */
export const timelineText = (events: readonly TimelineEvent[]): string =>
  table(
    ['AT', 'WHAT', 'WHO', ''],
    events.map(({ at, type, actor, text }) => [time(at), type, actor, text]),
  )
