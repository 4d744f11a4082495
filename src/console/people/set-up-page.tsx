import { useSignal } from '@preact/signals'
import { LineField } from '#console/parts/field.tsx'
import { useTitle } from '#console/parts/title.ts'
import { listen } from '#console/shell/live.ts'
import { go, setUpToken } from '#console/shell/place.ts'
import { texts } from '#console/texts/texts.ts'
import { setUp } from './calls.ts'

/** Sets a password with the link that somebody was handed. Opening the page uses nothing up. */
export function SetUpPage() {
  useTitle(texts.setUp)
  const password = useSignal('')
  const problem = useSignal<string | null>(setUpToken === null ? texts.noSetUp : null)

  async function submit(event: Event): Promise<void> {
    event.preventDefault()
    const answer = await setUp(setUpToken ?? '', password.value)
    if (!answer.ok) {
      problem.value = answer.refusal.detail
      return
    }
    listen()
    go('/account')
  }
  return (
    <form onSubmit={(event) => void submit(event)}>
      <h1>{texts.setUp}</h1>
      <p class="quiet">{texts.setUpHint}</p>
      <LineField
        label={texts.newPassword}
        type="password"
        text={password}
        autocomplete="new-password"
        minLength={12}
        required
      />
      <button type="submit">{texts.setUp}</button>
      {problem.value !== null && <p role="alert">{problem.value}</p>}
    </form>
  )
}
