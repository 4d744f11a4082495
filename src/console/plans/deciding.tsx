import { useSignal } from '@preact/signals'
import { castVote } from '#console/parts/cast-vote.ts'
import { useDraft } from '#console/parts/draft.ts'
import { TextField } from '#console/parts/field.tsx'
import { FormDialog } from '#console/parts/form-dialog.tsx'
import type { Answer } from '#console/shell/ask.ts'
import { isA, me } from '#console/shell/session.ts'
import { texts } from '#console/texts/texts.ts'
import { askForChallenge, type PlanView, vote } from './calls.ts'

type Decision = keyof typeof texts.deciding

/** What this person can still say. Nothing is decided by looking, and nothing by one touch. */
export function Deciding({ plan }: { readonly plan: PlanView }) {
  const asked = useSignal<Decision | null>(null)
  const can = decisionsOpen(plan)
  if (can.length === 0) return null
  return (
    <section class="deciding" aria-label={texts.yourVote}>
      {can.map((decision) => (
        <button key={decision} type="button" class={tones[decision]} onClick={() => (asked.value = decision)}>
          {texts.decisions[decision]}
        </button>
      ))}
      {asked.value !== null && (
        <DecisionDialog plan={plan} decision={asked.value} onClose={() => (asked.value = null)} />
      )}
    </section>
  )
}

const tones: Readonly<Record<Decision, string>> = { approve: 'main', deny: 'grave', hold: '', withdraw: '' }

function decisionsOpen({ status, votes, proposer, authors }: PlanView): readonly Decision[] {
  const who = me()
  if (who === null || !isA('approver') || who.id === proposer || authors.includes(who.id)) return []
  if (status !== 'proposed' && status !== 'approved') return []
  const mine = votes.findLast((one) => one.person === who.id)?.decision
  const isStanding = mine === 'approve' || mine === 'hold'
  const all: readonly Decision[] = ['approve', 'deny', 'hold']
  return [...all.filter((decision) => decision !== mine), ...(isStanding ? (['withdraw'] as const) : [])]
}

interface DecisionDialogProps {
  readonly plan: PlanView
  readonly decision: Decision
  readonly onClose: () => void
}

function DecisionDialog({ plan, decision, onClose }: DecisionDialogProps) {
  const reason = useDraft(`vote.${plan.hash}.${decision}`)
  const { title, hint, action } = texts.deciding[decision]
  return (
    <FormDialog
      title={title}
      action={action}
      tone={decision === 'deny' ? 'grave' : 'usual'}
      onClose={onClose}
      onSubmit={() => cast(plan, decision, reason.value)}
      onSent={() => (reason.value = '')}
    >
      <p>{hint}</p>
      <p class="phrase">
        <strong>{plan.phrase}</strong> <code>{plan.shortHash}</code>
      </p>
      <p class="prose">{plan.reason}</p>
      <TextField
        label={decision === 'deny' ? texts.reason : texts.reasonIfAny}
        text={reason}
        required={decision === 'deny'}
      />
      {plan.asksPasskey && <p class="quiet">{texts.votesByPasskey}</p>}
    </FormDialog>
  )
}

const cast = (plan: PlanView, decision: Decision, reason: string): Promise<Answer<unknown>> =>
  castVote(
    {
      challenge: plan.asksPasskey ? () => askForChallenge(plan.hash, decision) : null,
      vote: (body) => vote(plan.hash, body),
    },
    decision,
    reason,
  )
