import { useSignal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import { Dialog } from '#console/parts/dialog.tsx'
import type { SignInFormsProps } from '#console/people/sign-in-forms.tsx'
import { texts } from '#console/texts/texts.ts'
import { happened } from './live.ts'

/** Over the page whose sign-in ended: it stays as it was, and goes on. */
export function SignInAgain() {
  const forms = useSignal<{ readonly Forms: ComponentType<SignInFormsProps> } | null>(null)
  useEffect(() => void load(), [])

  async function load(): Promise<void> {
    const { SignInForms } = await import('#console/people/sign-in-forms.tsx')
    forms.value = { Forms: SignInForms }
  }
  const Forms = forms.value?.Forms
  return (
    <Dialog title={texts.signInEnded}>
      <p>{texts.signInEndedHint}</p>
      {Forms === undefined ? <p class="quiet">{texts.loading}</p> : <Forms onSignedIn={() => (happened.value += 1)} />}
    </Dialog>
  )
}
