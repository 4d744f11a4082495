const refusals: Readonly<Record<string, string>> = {
  not_authenticated: 'The sign-in was begun elsewhere, was used or is over: sign in again.',
  not_permitted: 'Your organisation’s account has no place here: ask who operates Cordon.',
  throttled: 'Too many attempts to sign in: wait some minutes.',
}

/** People: signing in, passkeys. */
export const people = {
  signIn: 'Sign in',
  signInByPassword: 'Continue',
  byProvider: 'Sign in with your organisation’s account',
  providerRefusal: (code: string): string =>
    refusals[code] ?? 'Your organisation’s sign-in does not work at this moment: use your password, or try again.',
  person: 'Your id',
  password: 'Password',
  setUp: 'Set your password',
  setUpHint:
    'Your link is good once, within an hour. Twelve characters at least; a few words are better than a short riddle.',
  newPassword: 'New password',
  noSetUp: 'This is no set-up link: ask an operator for one.',
  passkeys: 'Your passkeys',
  passkeyName: 'Name of the authenticator',
  addPasskey: 'Add a passkey',
  remove: 'Remove',
  confirmed: 'counts',
  unconfirmed: 'waits for a second person',
  recommended: (have: number, wanted: number) =>
    have < wanted
      ? `You have ${have}. Two on different devices are recommended, so that a lost one does not lock you out.`
      : `You have ${have}.`,
  waitsForSecond: (change: string) =>
    `It counts once an operator or policy-admin of another group has confirmed it: cordon people confirm ${change}`,
  signInHint: 'Or paste a token. In the demo npm start prints a link that signs you in.',
  token: 'Token',
} as const
