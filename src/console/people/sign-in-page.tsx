import { useSignal } from '@preact/signals'
import { Field } from '#console/parts/field.tsx'
import { useTitle } from '#console/parts/title.ts'
import { listen } from '#console/shell/live.ts'
import { go } from '#console/shell/place.ts'
import { useReading } from '#console/shell/read.ts'
import { texts } from '#console/texts/texts.ts'
import { readWays, signIn, signInAs } from './calls.ts'

/** By password, by the identity provider where there is one, or by a token. */
export function SignInPage() {
  useTitle(texts.signIn)
  return (
    <>
      <h1>{texts.signIn}</h1>
      <PasswordForm />
      <ProviderLink />
      <TokenForm />
    </>
  )
}

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
  location.assign('/api/sign-in/oidc')
}

function PasswordForm() {
  const person = useSignal('')
  const password = useSignal('')
  const problem = useSignal<string | null>(null)

  async function submit(event: Event): Promise<void> {
    event.preventDefault()
    const answer = await signInAs(person.value.trim(), password.value)
    problem.value = answer.ok ? null : answer.refusal.detail
    if (answer.ok) begin()
  }
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Field label={texts.person} value={person} autocomplete="username" required />
      <Field label={texts.password} type="password" value={password} autocomplete="current-password" required />
      <button type="submit">{texts.signInByPassword}</button>
      {problem.value !== null && <p role="alert">{problem.value}</p>}
    </form>
  )
}

function begin(): void {
  listen()
  go('/')
}

function TokenForm() {
  const token = useSignal('')
  const problem = useSignal<string | null>(null)

  async function submit(event: Event): Promise<void> {
    event.preventDefault()
    const answer = await signIn(token.value.trim())
    if (!answer.ok) {
      problem.value = answer.refusal.detail
      return
    }
    begin()
  }
  return (
    <form onSubmit={(event) => void submit(event)}>
      <p class="quiet">{texts.signInHint}</p>
      <Field label={texts.token} type="password" value={token} autocomplete="off" required />
      <button type="submit">{texts.signIn}</button>
      {problem.value !== null && <p role="alert">{problem.value}</p>}
    </form>
  )
}
