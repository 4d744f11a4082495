import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client'
import { givenBy, isLoopback, type OidcSettings } from '#domain/oidc-settings'
import { refusal } from '#store/database/refusal'
import type { Identity } from '#store/people/identities'
import type { PendingSignIn } from '#store/people/oidc-sign-ins'

const TIMEOUT_SECONDS = 10

export interface Departure extends PendingSignIn {
  readonly state: string
  readonly url: URL
}

/** Signing in by an identity provider: code and PKCE. Issuer, audience, nonce and signature are checked by the library. */
export interface OidcClient {
  /** Throws `unavailable` when the provider does not answer. */
  readonly depart: () => Promise<Departure>
  /** Throws `not_authenticated` when what came back does not fit what was asked. */
  readonly arrive: (address: URL, pending: PendingSignIn & { readonly state: string }) => Promise<Identity>
}

export function createOidcClient(settings: OidcSettings, redirectUri: string): OidcClient {
  let known: Promise<Configuration> | undefined = undefined
  // What is known of the provider is kept; what failed is asked again.
  const configuration = async (): Promise<Configuration> => {
    known ??= discover(settings)
    try {
      return await known
    } catch (error) {
      known = undefined
      throw error
    }
  }
  return {
    async depart() {
      const [config, state, nonce, verifier] = [
        await configuration(),
        randomState(),
        randomNonce(),
        randomPKCECodeVerifier(),
      ]
      const url = buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: settings.scope,
        state,
        nonce,
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      })
      return { state, nonce, verifier, url }
    },
    arrive: async (address, pending) => identityFrom(await configuration(), settings, { address, pending }),
  }
}

async function discover({ issuer, clientId, clientSecret }: OidcSettings): Promise<Configuration> {
  const execute = isLoopback(issuer) ? [allowInsecureRequests] : []
  try {
    return await discovery(new URL(issuer), clientId, clientSecret, undefined, { execute, timeout: TIMEOUT_SECONDS })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw refusal(
      'unavailable',
      `The identity provider does not answer (${why}): sign in with your password, or ask for a reset`,
    )
  }
}

interface Arrival {
  readonly address: URL
  readonly pending: PendingSignIn & { readonly state: string }
}

async function identityFrom(
  config: Configuration,
  settings: OidcSettings,
  { address, pending }: Arrival,
): Promise<Identity> {
  const tokens = await granted(config, { address, pending })
  const claims = tokens.claims()
  if (claims === undefined) throw refusal('not_authenticated', 'The identity provider sent no ID token')
  const more = settings.claim in claims ? {} : await userInfo(config, tokens.access_token, claims.sub)
  const all: Readonly<Record<string, unknown>> = { ...more, ...claims }
  const { name, email } = all
  return {
    issuer: claims.iss,
    subject: claims.sub,
    name: typeof name === 'string' && name !== '' ? name.slice(0, LONGEST_NAME) : claims.sub.slice(0, LONGEST_NAME),
    // Where pages go; never who somebody is.
    email: typeof email === 'string' && all['email_verified'] === true ? email : undefined,
    given: givenBy(all[settings.claim], settings.mapping),
  }
}

const LONGEST_NAME = 128

async function granted(config: Configuration, { address, pending }: Arrival) {
  try {
    return await authorizationCodeGrant(config, address, {
      pkceCodeVerifier: pending.verifier,
      expectedState: pending.state,
      expectedNonce: pending.nonce,
      idTokenExpected: true,
    })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw refusal('not_authenticated', `The identity provider’s answer is not valid (${why}): sign in again`)
  }
}

/** Some providers put groups there alone. */
const userInfo = async (config: Configuration, accessToken: string, subject: string): Promise<object> =>
  config.serverMetadata().userinfo_endpoint === undefined ? {} : fetchUserInfo(config, accessToken, subject)
