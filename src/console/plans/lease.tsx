import { useSignal } from '@preact/signals'
import { useDraft } from '#console/parts/draft.ts'
import { Choice, TextField } from '#console/parts/field.tsx'
import { FormDialog } from '#console/parts/form-dialog.tsx'
import { spanText } from '#console/parts/span-text.ts'
import { Countdown, Time } from '#console/parts/time.tsx'
import { isA } from '#console/shell/session.ts'
import { texts } from '#console/texts/texts.ts'
import { type PlanView, renewLease } from './calls.ts'

type Standing = NonNullable<PlanView['lease']>

/** Until when what the plan contained holds before people must say that it is still wanted; nothing where nobody must. */
export const leaseOf = ({ lease }: PlanView): Standing | null => (lease?.isStanding === true ? lease : null)

/** How long it still is, and what is due at its end. */
export const LeaseEnd = ({ lease: { state, until } }: { readonly lease: Pick<Standing, 'state' | 'until'> }) =>
  state === 'ended' ? (
    <strong>{texts.lease.ended}</strong>
  ) : (
    <>
      {texts.lease.ends} <Countdown until={until} />
    </>
  )

export function Lease({ plan }: { readonly plan: PlanView }) {
  const lease = leaseOf(plan)
  if (lease === null) return null
  return (
    <div class={lease.state === 'standing' ? undefined : 'notice'}>
      <p>
        <LeaseEnd lease={lease} /> <Time at={lease.until} />
      </p>
      {lease.renewedBy !== null && (
        <p class="prose">
          {texts.lease.renewedBy(lease.renewedBy)} {lease.reason}
        </p>
      )}
    </div>
  )
}

/** The button with its dialog, for whoever may. */
export function Renewing({ plan }: { readonly plan: PlanView }) {
  const isAsked = useSignal(false)
  const lease = leaseOf(plan)
  if (lease === null || !isA('responder', 'approver')) return null
  return (
    <>
      <button type="button" onClick={() => (isAsked.value = true)}>
        {texts.lease.renew}
      </button>
      {isAsked.value && <RenewDialog hash={plan.hash} lease={lease} onClose={() => (isAsked.value = false)} />}
    </>
  )
}

interface RenewProps {
  readonly hash: string
  readonly lease: Standing
  readonly onClose: () => void
}

function RenewDialog({ hash, lease, onClose }: RenewProps) {
  const options = spansFor(lease)
  const span = useSignal(options[0]?.[0] ?? '')
  const reason = useDraft(`renew.${hash}`)
  return (
    <FormDialog
      title={texts.lease.renew}
      action={texts.lease.renew}
      onClose={onClose}
      onSubmit={() => renewLease(hash, { for: span.value, reason: reason.value.trim() })}
      onSent={() => (reason.value = '')}
    >
      <p>{texts.lease.hint}</p>
      <Choice label={texts.lease.span} value={span} options={options} />
      <TextField label={texts.reason} text={reason} required />
    </FormDialog>
  )
}

const DAY_MS = 86_400_000
const SECOND_MS = 1000
const DAYS = [1, 3, 7] as const

/** Spans that people choose from, as far as policy gives them, or else what it gives. */
function spansFor({ longestMs }: Standing): readonly (readonly [span: string, text: string])[] {
  const fitting = DAYS.filter((days) => days * DAY_MS <= longestMs)
  const seconds = Math.floor(longestMs / SECOND_MS)
  return fitting.length === 0
    ? [[`${seconds}s`, spanText(seconds)]]
    : fitting.map((days) => [`${days}d`, spanText((days * DAY_MS) / SECOND_MS)])
}
