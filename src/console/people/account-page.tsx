import { useSignal } from '@preact/signals'
import { Absent } from '#console/parts/absent.tsx'
import { LineField } from '#console/parts/field.tsx'
import { useTitle } from '#console/parts/title.ts'
import { makePasskey } from '#console/parts/webauthn.ts'
import { happened } from '#console/shell/live.ts'
import { useReading } from '#console/shell/read.ts'
import { texts } from '#console/texts/texts.ts'
import { addPasskey, type PasskeyRow, passkeyOptions, readPasskeys, removePasskey } from './calls.ts'
import { SessionsSection } from './sessions-section.tsx'
import { TokensSection } from './tokens-section.tsx'

/** One’s own passkeys, tokens and sign-ins. */
export function AccountPage() {
  useTitle(texts.members.account)
  const { value, refusal } = useReading(readPasskeys)
  const name = useSignal('')
  const told = useSignal<string | null>(null)
  const list = value.value
  if (list === null) return <Absent refusal={refusal.value} />

  async function enrol(event: Event): Promise<void> {
    event.preventDefault()
    try {
      told.value = await enrolled(name.value.trim())
    } catch (error) {
      told.value = error instanceof Error ? error.message : String(error)
    }
    happened.value += 1
  }
  return (
    <>
      <h1>{texts.members.account}</h1>
      <h2>{texts.passkeys}</h2>
      <p class="quiet">{texts.recommended(list.passkeys.length, list.recommended)}</p>
      <ul>
        {list.passkeys.map((passkey) => (
          <PasskeyItem key={passkey.id} passkey={passkey} />
        ))}
      </ul>
      <form onSubmit={(event) => void enrol(event)}>
        <LineField label={texts.passkeyName} text={name} required maxLength={64} />
        <button type="submit">{texts.addPasskey}</button>
      </form>
      {told.value !== null && <p role="alert">{told.value}</p>}
      <SessionsSection />
      <TokensSection />
    </>
  )
}

async function enrolled(name: string): Promise<string> {
  const options = await passkeyOptions()
  if (!options.ok) return options.refusal.detail
  const made = await makePasskey(options.value)
  const added = await addPasskey({ name, challenge: options.value.challenge, ...made })
  return added.ok ? texts.waitsForSecond(added.value.change.id) : added.refusal.detail
}

const PasskeyItem = ({ passkey }: { readonly passkey: PasskeyRow }) => (
  <li>
    {passkey.name} <span class="mark">{passkey.confirmedAt === null ? texts.unconfirmed : texts.confirmed}</span>{' '}
    <button type="button" onClick={() => void removePasskey(passkey.id).then(() => (happened.value += 1))}>
      {texts.remove}
    </button>
  </li>
)
