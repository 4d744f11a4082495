import { useSignal } from '@preact/signals'
import { Absent } from '#console/parts/absent.tsx'
import { LineField } from '#console/parts/field.tsx'
import { Time } from '#console/parts/time.tsx'
import { useTitle } from '#console/parts/title.ts'
import { signVote } from '#console/parts/webauthn.ts'
import { happened } from '#console/shell/live.ts'
import { useReading } from '#console/shell/read.ts'
import { texts } from '#console/texts/texts.ts'
import { askForFreezeChallenge, type FreezeOrder, type FreezeRow, freeze, readFreezes, unfreeze } from './calls.ts'

const PASSKEY_MISSING = 403

/** The kill switch. Nothing happens by looking: each button sends one wish. */
export function FreezePage() {
  useTitle(texts.freeze)
  const { value, refusal } = useReading(readFreezes)
  const problem = useSignal<string | null>(null)
  const terms = value.value
  if (terms === null) return <Absent refusal={refusal.value} />
  const { asksPasskey, freezes } = terms

  async function order(wish: FreezeOrder, reason: string): Promise<void> {
    try {
      problem.value = await send(wish, { reason, asksPasskey })
    } catch (error) {
      problem.value = error instanceof Error ? error.message : String(error)
    }
    happened.value += 1
  }
  return (
    <>
      <h1>{texts.freeze}</h1>
      <p class="quiet">{texts.freezeHint}</p>
      {asksPasskey && <p class="quiet">{texts.freezeByPasskey}</p>}
      <NewFreeze onFreeze={(account, reason) => void order({ order: 'start', account }, reason)} />
      {problem.value !== null && <p role="alert">{problem.value}</p>}
      <h2>{texts.frozen}</h2>
      {freezes.length === 0 && <p>{texts.notFrozen}</p>}
      <ul>
        {freezes.map((one) => (
          <FreezeItem
            key={one.id}
            freeze={one}
            onLift={() => void order({ order: 'lift', account: one.account }, '')}
          />
        ))}
      </ul>
    </>
  )
}

interface NewFreezeProps {
  readonly onFreeze: (account: string | null, reason: string) => void
}

function NewFreeze({ onFreeze }: NewFreezeProps) {
  const account = useSignal('')
  const reason = useSignal('')
  function submit(event: Event): void {
    event.preventDefault()
    onFreeze(account.value === '' ? null : account.value, reason.value.trim())
  }
  return (
    <form onSubmit={submit}>
      <LineField label={texts.reason} text={reason} required />
      <LineField label={texts.freezeAccount} text={account} pattern="[0-9]{12}" inputMode="numeric" />
      <button type="submit">{texts.freezeNow}</button>
    </form>
  )
}

interface FreezeItemProps {
  readonly freeze: FreezeRow
  readonly onLift: () => void
}

const FreezeItem = ({ freeze: { account, reason, startedBy, endsAt, liftAskedBy, note }, onLift }: FreezeItemProps) => (
  <li>
    {account ?? texts.everywhere}: {reason} ({startedBy}) {texts.until} <Time at={endsAt} />. {note}{' '}
    {liftAskedBy !== null && <span class="mark">{texts.liftAskedBy(liftAskedBy)}</span>}{' '}
    <button type="button" onClick={onLift}>
      {texts.liftFreeze}
    </button>
  </li>
)

interface Terms {
  readonly reason: string
  readonly asksPasskey: boolean
}

/** What is wrong, or null. */
async function send(wish: FreezeOrder, { reason, asksPasskey }: Terms): Promise<string | null> {
  const signed: Signed = asksPasskey ? await sign(wish) : { proof: {} }
  if (signed.problem !== undefined) return signed.problem
  const { account } = wish
  const body = signed.proof
  const answer = wish.order === 'start' ? await freeze({ account, reason, ...body }) : await unfreeze(account, body)
  return answer.ok ? null : answer.refusal.detail
}

interface Signed {
  readonly proof: object
  readonly problem?: string
}

/** Whoever has no passkey can still freeze. */
async function sign(wish: FreezeOrder): Promise<Signed> {
  const challenge = await askForFreezeChallenge(wish)
  if (challenge.ok) return { proof: { assertion: await signVote(challenge.value) } }
  const { status, detail } = challenge.refusal
  return wish.order === 'start' && status === PASSKEY_MISSING ? { proof: {} } : { proof: {}, problem: detail }
}
