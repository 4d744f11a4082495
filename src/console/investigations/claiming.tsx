import { useSignal } from '@preact/signals'
import { LineField } from '#console/parts/field.tsx'
import { Problem, useSending } from '#console/parts/sending.tsx'
import { Time } from '#console/parts/time.tsx'
import { isA, person } from '#console/shell/session.ts'
import { texts } from '#console/texts/texts.ts'
import { claim, type Investigation, release } from './calls.ts'

const { investigations: said } = texts

interface ClaimProps {
  readonly incident: string
  readonly claim: Investigation['claim']
  readonly suggested: string | null
}

/** Whose it is, and how to make it one’s own or nobody’s. */
export function Claiming({ incident, claim: held, suggested }: ClaimProps) {
  const me = person.value
  const mayClaim = isA('responder', 'approver')
  return (
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
      {mayClaim && (held === null || held.person === me?.id) && <Own incident={incident} isMine={held !== null} />}
      {mayClaim && held !== null && held.person !== me?.id && <TakeOver incident={incident} from={held.person} />}
    </div>
  )
}

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
          <button type="button" disabled={isBusy} onClick={() => void sending.send(() => release(incident))}>
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
