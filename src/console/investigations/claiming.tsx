import { useSignal } from '@preact/signals'
import { claim, releaseClaim } from '#console/incidents/calls.ts'
import { LineField } from '#console/parts/field.tsx'
import { Problem, useSending } from '#console/parts/sending.tsx'
import { Time } from '#console/parts/time.tsx'
import { isA, person } from '#console/shell/session.ts'
import { texts } from '#console/texts/texts.ts'
import type { Investigation } from './calls.ts'

const { investigations: said } = texts

interface ClaimProps {
  readonly incident: string
  readonly claim: Investigation['claim']
  readonly suggested: string | null
}

/** Whose it is, and how to make it one’s own or nobody’s. */
export const Claiming = ({ incident, claim: held, suggested }: ClaimProps) => (
  <div class="claim">
    <p>
      {held === null ? (
        <>{suggested === null ? said.unclaimed : said.suggested(suggested)}</>
      ) : (
        <>
          {said.claimedBy(held.person)} <Time at={held.until} />
        </>
      )}
    </p>
    {isA('responder', 'approver') && <Taking incident={incident} from={held?.person ?? null} />}
  </div>
)

interface TakingProps {
  readonly incident: string
  /** Whose it is; null for nobody’s. */
  readonly from: string | null
}

const Taking = ({ incident, from }: TakingProps) =>
  from === null || from === person.value?.id ? (
    <Own incident={incident} isMine={from !== null} />
  ) : (
    <TakeOver incident={incident} from={from} />
  )

function Own({ incident, isMine }: { readonly incident: string; readonly isMine: boolean }) {
  const sending = useSending()
  const isBusy = sending.isBusy.value
  return (
    <>
      <p class="buttons">
        <button type="button" disabled={isBusy} onClick={() => void sending.send(() => claim(incident))}>
          {isMine ? said.longer : said.claim}
        </button>
        {isMine && (
          <button type="button" disabled={isBusy} onClick={() => void sending.send(() => releaseClaim(incident))}>
            {said.release}
          </button>
        )}
      </p>
      <Problem of={sending} />
    </>
  )
}

function TakeOver({ incident, from }: { readonly incident: string; readonly from: string }) {
  const reason = useSignal('')
  const sending = useSending()
  async function submit(event: Event): Promise<void> {
    event.preventDefault()
    await sending.send(() => claim(incident, { from, reason: reason.value.trim() }))
  }
  return (
    <details class="act">
      <summary>{said.takeOver}</summary>
      <form onSubmit={(event) => void submit(event)}>
        <LineField label={said.takeOverReason} text={reason} required maxLength={4096} />
        <button type="submit" disabled={sending.isBusy.value}>
          {said.takeOver}
        </button>
        <Problem of={sending} />
      </form>
    </details>
  )
}
