import { useSignal } from '@preact/signals'
import { Absent } from '#console/parts/absent.tsx'
import { type Ballot, sendSigned } from '#console/parts/cast-vote.ts'
import { LineField } from '#console/parts/field.tsx'
import { Problem, useSending } from '#console/parts/sending.tsx'
import { Time } from '#console/parts/time.tsx'
import { useTitle } from '#console/parts/title.ts'
import { useReading } from '#console/shell/read.ts'
import { texts } from '#console/texts/texts.ts'
import {
  askForFreezeChallenge,
  type FreezeOrder,
  type FreezeRow,
  type FreezeTerms,
  freeze,
  readFreezes,
  unfreeze,
} from './calls.ts'

const PASSKEY_MISSING = 403

/** The kill switch. Nothing happens by looking: each button sends one wish. */
export function FreezePage() {
  useTitle(texts.freeze)
  const { value, refusal } = useReading(readFreezes)
  const terms = value.value
  if (terms === null) return <Absent refusal={refusal.value} />
  const { asksPasskey, freezes } = terms
  return (
    <>
      <h1>{texts.freeze}</h1>
      <p class="quiet">{texts.freezeHint}</p>
      {asksPasskey && <p class="quiet">{texts.freezeByPasskey}</p>}
      <NewFreeze terms={terms} />
      <h2>{texts.frozen}</h2>
      {freezes.length === 0 && <p>{texts.notFrozen}</p>}
      <ul>
        {freezes.map((one) => (
          <FreezeItem key={one.id} freeze={one} terms={terms} />
        ))}
      </ul>
    </>
  )
}

interface TermsProps {
  readonly terms: Terms
}

function NewFreeze({ terms }: TermsProps) {
  const account = useSignal('')
  const reason = useSignal('')
  const sending = useSending()
  async function submit(event: Event): Promise<void> {
    event.preventDefault()
    const where = account.value === '' ? null : account.value
    const order = { account: where, reason: reason.value.trim() }
    await sending.send(() => sendSigned(toStart(terms, where), order))
  }
  return (
    <form onSubmit={(event) => void submit(event)}>
      <LineField label={texts.reason} text={reason} required />
      <LineField label={texts.freezeAccount} text={account} pattern="[0-9]{12}" inputMode="numeric" />
      <button type="submit" disabled={sending.isBusy.value}>
        {texts.freezeNow}
      </button>
      <Problem of={sending} />
    </form>
  )
}

interface FreezeItemProps extends TermsProps {
  readonly freeze: FreezeRow
}

function FreezeItem({ freeze: one, terms }: FreezeItemProps) {
  const { account, reason, startedBy, endsAt, liftAskedBy, note } = one
  const sending = useSending()
  const lift = () => sending.send(() => sendSigned(toLift(terms, account), {}))
  return (
    <li>
      {account ?? texts.everywhere}: {reason} ({startedBy}) {texts.until} <Time at={endsAt} />. {note}{' '}
      {liftAskedBy !== null && <span class="mark">{texts.liftAskedBy(liftAskedBy)}</span>}{' '}
      <button type="button" disabled={sending.isBusy.value} onClick={() => void lift()}>
        {texts.liftFreeze}
      </button>
      <Problem of={sending} />
    </li>
  )
}

type Terms = Pick<FreezeTerms, 'asksPasskey'>

const challengeOf = ({ asksPasskey }: Terms, wish: FreezeOrder): Ballot['challenge'] =>
  asksPasskey ? () => askForFreezeChallenge(wish) : null

/** Whoever has no passkey can still freeze. */
const toStart = (terms: Terms, account: string | null): Ballot => ({
  challenge: challengeOf(terms, { order: 'start', account }),
  vote: freeze,
  mayGoUnsigned: ({ status }) => status === PASSKEY_MISSING,
})

const toLift = (terms: Terms, account: string | null): Ballot => ({
  challenge: challengeOf(terms, { order: 'lift', account }),
  vote: (body) => unfreeze(account, body),
})
