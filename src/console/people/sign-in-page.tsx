import { useEffect } from 'preact/hooks'
import { happened } from '#console/shell/live.ts'
import { go, place } from '#console/shell/place.ts'
import { takeWayBack, wantedPage } from '#console/shell/way-back.ts'
import { texts } from '#console/texts/texts.ts'
import { SignInForms } from './sign-in-forms.tsx'

export function SignInPage() {
  useEffect(() => {
    document.title = `${texts.signIn} · ${texts.product}`
  }, [])
  return (
    <>
      <h1>{texts.signIn}</h1>
      <ProviderRefusal />
      <SignInForms onSignedIn={begin} />
    </>
  )
}

function begin(): void {
  go(takeWayBack() ?? wantedPage())
  happened.value += 1
}

/** Why the way through the identity provider ended here; the address has its code and none of its words. */
function ProviderRefusal() {
  const code = place.value.query.get('refused')
  return code === null ? null : <p role="alert">{texts.providerRefusal(code)}</p>
}
