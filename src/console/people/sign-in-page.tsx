import { useEffect } from 'preact/hooks'
import { happened } from '#console/shell/live.ts'
import { go, place } from '#console/shell/place.ts'
import { texts } from '#console/texts/texts.ts'
import { SignInForms } from './sign-in-forms.tsx'

export function SignInPage() {
  useEffect(() => {
    document.title = `${texts.signIn} · ${texts.product}`
  }, [])
  return (
    <>
      <h1>{texts.signIn}</h1>
      <SignInForms onSignedIn={begin} />
    </>
  )
}

function begin(): void {
  const to = place.value.query.get('to')
  go(to !== null && isOurs(to) ? to : '/')
  happened.value += 1
}

/** A page of this console: nobody is led elsewhere by a link to the sign-in. */
const isOurs = (path: string): boolean =>
  new URL(path, location.origin).origin === location.origin && path.startsWith('/')
