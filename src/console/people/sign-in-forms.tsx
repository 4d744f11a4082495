import { useSignal } from '@preact/signals'
import { LineField } from '#console/parts/field.tsx'
import { useReading } from '#console/shell/read.ts'
import { keepWayBack } from '#console/shell/way-back.ts'
import { texts } from '#console/texts/texts.ts'
import { readWays, signIn, signInAs } from './calls.ts'

export interface SignInFormsProps {
  readonly onSignedIn: () => void
}

/** By password, by the identity provider where there is one, or by a token. */
export const SignInForms = ({ onSignedIn }: SignInFormsProps) => (
  <>
    <PasswordForm onSignedIn={onSignedIn} />
    <ProviderLink />
    <TokenForm onSignedIn={onSignedIn} />
  </>
)

function ProviderLink() {
  const { value } = useReading(readWays)
  // Not one of our own pages: the browser must leave for it.
  return value.value?.oidc === true ? (
    <p>
      <a href="/api/sign-in/oidc" target="_self" onClick={leave}>
        {texts.byProvider}
      </a>
    </p>
  ) : null
}

function leave(event: Event): void {
  event.preventDefault()
  event.stopPropagation()
  keepWayBack()
  location.assign('/api/sign-in/oidc')
}

function PasswordForm({ onSignedIn }: SignInFormsProps) {
  const person = useSignal('')
  const password = useSignal('')
  const problem = useSignal<string | null>(null)

  async function submit(event: Event): Promise<void> {
    event.preventDefault()
    const answer = await signInAs(person.value.trim(), password.value)
    problem.value = answer.ok ? null : answer.refusal.detail
    if (answer.ok) onSignedIn()
  }
  return (
    <form onSubmit={(event) => void submit(event)}>
      <LineField label={texts.person} text={person} autocomplete="username" required />
      <LineField label={texts.password} type="password" text={password} autocomplete="current-password" required />
      <button type="submit">{texts.signInByPassword}</button>
      {problem.value !== null && <p role="alert">{problem.value}</p>}
    </form>
  )
}

function TokenForm({ onSignedIn }: SignInFormsProps) {
  const token = useSignal('')
  const problem = useSignal<string | null>(null)

  async function submit(event: Event): Promise<void> {
    event.preventDefault()
    const answer = await signIn(token.value.trim())
    if (!answer.ok) {
      problem.value = answer.refusal.detail
      return
    }
    onSignedIn()
  }
  return (
    <form onSubmit={(event) => void submit(event)}>
      <p class="quiet">{texts.signInHint}</p>
      <LineField label={texts.token} type="password" text={token} autocomplete="off" required />
      <button type="submit">{texts.signIn}</button>
      {problem.value !== null && <p role="alert">{problem.value}</p>}
    </form>
  )
}
