import type { Evidence, PlanView, TimelineEvent } from '#cli/answers'
import { pathOf } from '#cli/commands/incidents'
import { evidenceText, evidenceTitle } from '#cli/text/evidence'
import { planText } from '#cli/text/plan'
import type { Drill, Look } from './follow.ts'

/** Bookkeeping of the runbook, which the plans themselves tell better. */
const quiet: ReadonlySet<string> = new Set(['verb.asked', 'verb.answered', 'plan.proposed'])

const over: ReadonlySet<string> = new Set(['done', 'partial', 'failed', 'denied', 'expired', 'superseded'])

/** Prints what is new since the last look: events in their order, each plan when it is proposed and when it is over, evidence as it comes. */
export function createShowing(drill: Drill): { readonly show: (now: Look) => Promise<void> } {
  const { api, screen, started } = drill
  const seenEvents = new Set<number>()
  const shownPlans = new Map<string, 'proposed' | 'over'>()
  const shownEvidence = new Set<string>()

  async function showEvidence(): Promise<void> {
    const { evidence } = await api.get<{ readonly evidence: readonly Evidence[] }>(
      `${pathOf(started.incident)}/evidence`,
    )
    for (const one of evidence.filter(({ id }) => !shownEvidence.has(id))) {
      shownEvidence.add(one.id)
      screen.say(`\n${screen.paint('bold', evidenceTitle(one))}\n${evidenceText(one)}`)
    }
  }

  function showPlan(plan: PlanView): void {
    const before = shownPlans.get(plan.hash)
    const now = over.has(plan.status) ? 'over' : 'proposed'
    if (before === now) return
    shownPlans.set(plan.hash, now)
    screen.say(`\n${planText(plan, screen)}`)
  }

  return {
    async show({ incident, events, plans }) {
      const began = events[0]?.at
      const fresh = events.filter(({ id }) => !seenEvents.has(id))
      for (const event of fresh) {
        seenEvents.add(event.id)
        screen.emit(event)
        if (!quiet.has(event.type)) screen.say(line(event, began))
        if (event.type === 'incident.verdict')
          incident.reasons.forEach((reason) => screen.say(`            because ${reason}`))
      }
      if (fresh.some(({ type }) => type === 'evidence.collected')) await showEvidence()
      for (const plan of plans.filter(({ proposedAt }) => began !== undefined && proposedAt >= began)) showPlan(plan)
    },
  }

  function line({ at, type, text }: TimelineEvent, began: string | undefined): string {
    const seconds = (Date.parse(at) - Date.parse(began ?? at)) / MS_PER_SECOND
    return `${screen.paint('dim', `+${seconds.toFixed(2).padStart(7)} s`)}  ${screen.paint('bold', type.padEnd(20))}  ${text}`
  }
}

const MS_PER_SECOND = 1000
