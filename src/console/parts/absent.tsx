import type { Refusal } from '#console/shell/ask.ts'
import { texts } from '#console/texts/texts.ts'

const SIGN_IN = 401

/** What stands where something should be shown and is not. */
export const Absent = ({ refusal }: { readonly refusal: Refusal | null }) =>
  refusal === null ? (
    <p class="quiet">{texts.loading}</p>
  ) : (
    <p role="alert">
      {refusal.status === SIGN_IN ? texts.signInNeeded : refusal.status === 0 ? texts.notReached : refusal.detail}{' '}
      {refusal.status === SIGN_IN && <a href={signInTo()}>{texts.signIn}</a>}
    </p>
  )

/** The page of the address is shown again after the sign-in. */
const signInTo = (): string =>
  location.pathname === '/' ? '/sign-in' : `/sign-in?to=${encodeURIComponent(`${location.pathname}${location.search}`)}`
