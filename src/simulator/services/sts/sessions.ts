import type { Credentials, GetSessionTokenRequest, GetSessionTokenResponse } from '@aws-sdk/client-sts'
import { accessKeyId, secretAccessKey, sessionToken } from '#simulator/identifiers'
import { fault } from '#simulator/services/absent'
import type { Call } from '#simulator/services/service'
import type { Session } from '#simulator/state/tables'

const LEAST_SECONDS = 900
const MOST_SECONDS = 129_600
const DEFAULT_SECONDS = 43_200
const MS_PER_SECOND = 1000

type Opening = Omit<Session, 'id' | 'secret' | 'token' | 'issuedAt' | 'expiresAt'> & { readonly seconds: number }

/** Makes the credentials of a new session. */
export function openSession(call: Pick<Call, 'state' | 'at'>, { seconds, ...opening }: Opening): Session {
  // Issue times have whole seconds in policies and tokens.
  const issuedAt = Math.floor(call.at / MS_PER_SECOND) * MS_PER_SECOND
  const session: Session = {
    ...opening,
    id: accessKeyId('ASIA'),
    secret: secretAccessKey(),
    token: sessionToken(),
    issuedAt,
    expiresAt: issuedAt + seconds * MS_PER_SECOND,
  }
  call.state.put('session', session.id, session)
  return session
}

export const credentialsShape = (session: Session): Credentials => ({
  AccessKeyId: session.id,
  SecretAccessKey: session.secret,
  SessionToken: session.token,
  Expiration: new Date(session.expiresAt),
})

export function getSessionToken(input: GetSessionTokenRequest, call: Call): GetSessionTokenResponse {
  const { caller } = call
  if (caller.kind !== 'user' || caller.session)
    throw fault('AccessDenied', 'Cannot call GetSessionToken with session credentials', 403)
  if (input.SerialNumber !== undefined)
    throw fault('AccessDenied', 'MultiFactorAuthentication failed with invalid MFA one time pass code.', 403)
  const seconds = input.DurationSeconds ?? DEFAULT_SECONDS
  if (seconds < LEAST_SECONDS || seconds > MOST_SECONDS) {
    throw fault(
      'ValidationError',
      `1 validation error detected: Value '${seconds}' at 'durationSeconds' failed to satisfy constraint.`,
    )
  }
  const principal = { kind: 'user', user: caller.user.name, userId: caller.user.id } as const
  const session = openSession(call, { account: caller.account, seconds, principal, tags: {}, transitiveTagKeys: [] })
  return { Credentials: credentialsShape(session) }
}
