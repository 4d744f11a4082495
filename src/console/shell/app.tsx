import { useSignalEffect } from '@preact/signals'
import { texts } from '#console/texts/texts.ts'
import { readMe } from './ask.ts'
import { Head, Menu } from './head.tsx'
import { KeysDialog } from './keys-dialog.tsx'
import { listen } from './live.ts'
import { useReading } from './read.ts'
import { hasExpired, me, recognised } from './session.ts'
import { ShownPage } from './shown-page.tsx'
import { SignInAgain } from './sign-in-again.tsx'
import { readWaiting, waiting, waitingRefusal } from './waiting.ts'

export const App = () => (
  <>
    <a class="skip" href="#content">
      {texts.skip}
    </a>
    <WhoIsThere />
    <Head />
    <Menu />
    <main id="content" tabIndex={-1}>
      <ShownPage />
    </main>
    <KeysDialog />
    {hasExpired.value && <SignInAgain />}
  </>
)

/** Knows who is signed in, listens for them, and counts what waits for them. */
function WhoIsThere() {
  const { value } = useReading(readMe)
  useSignalEffect(() => {
    if (value.value !== null) recognised(value.value.person, value.value.expiresAt)
  })
  useSignalEffect(() => {
    if (me() !== null && !hasExpired.value) listen()
  })
  return me() === null ? null : <WhatWaits />
}

function WhatWaits() {
  const { value, refusal } = useReading(readWaiting)
  useSignalEffect(() => {
    waiting.value = value.value
    waitingRefusal.value = refusal.value
  })
  return null
}
