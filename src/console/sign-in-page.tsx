import { useSignal } from '@preact/signals'
import { signIn } from './api.ts'
import { listen } from './live.ts'
import { go } from './place.ts'
import { texts } from './texts.ts'

export function SignInPage() {
  const token = useSignal('')
  const problem = useSignal<string | null>(null)

  async function submit(event: Event): Promise<void> {
    event.preventDefault()
    const answer = await signIn(token.value.trim())
    if (!answer.ok) {
      problem.value = answer.refusal.detail
      return
    }
    listen()
    go('/')
  }
  return (
    <form onSubmit={(event) => void submit(event)}>
      <h1>{texts.signIn}</h1>
      <p class="quiet">{texts.signInHint}</p>
      <label for="token">{texts.token}</label>
      <input
        id="token"
        type="password"
        autocomplete="current-password"
        required
        value={token.value}
        onInput={({ currentTarget }) => (token.value = currentTarget.value)}
      />
      <button type="submit">{texts.signIn}</button>
      {problem.value !== null && <p role="alert">{problem.value}</p>}
    </form>
  )
}
