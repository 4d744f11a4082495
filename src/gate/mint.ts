import { setTimeout as pause } from 'node:timers/promises'
import { AssumeRoleCommand, STSClient, STSServiceException } from '@aws-sdk/client-sts'
import type { StepCredentials } from '#domain/permit'
import type { WritingRole } from '#domain/roles/account-roles'
import { SESSION_POLICY_LIMIT, sessionPolicy } from '#domain/session-policy'
import type { DeclaredCall } from '#domain/state'
import type { Refusal } from './conditions.ts'
import { agentsFencedTo } from './fence.ts'

/** The shortest session that STS gives. Source: STS AssumeRole, DurationSeconds. */
const SESSION_SECONDS = 900
const CONNECT_TIMEOUT_MS = 2_000
const ANSWER_TIMEOUT_MS = 10_000
const ATTEMPTS = 2
/** How often an order is tried that STS asks to slow down for: an executor that is told so reads its whole target again. */
const THROTTLED_TRIES = 5
const THROTTLED_PAUSE_MS = 400

export interface Identity {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

export interface MintOptions {
  /** The only host that is ever called, when it is given; else AWS’s own regional endpoints. */
  readonly endpoint: string | undefined
  /** The hub’s identity that may assume writing roles; without one, what AWS’s own chain finds. */
  readonly identity: Identity | undefined
}

/** One step’s session: where, for what, and the only calls that it may make. */
export interface MintOrder {
  readonly partition: string
  readonly account: string
  /** What the account’s roles ask for; null behind an emulator that asks for nothing. Never logged. */
  readonly externalId: string | null
  readonly role: WritingRole
  readonly region: string
  readonly incident: string
  readonly plan: string
  readonly step: number
  readonly calls: readonly DeclaredCall[]
}

export type Minted =
  | { readonly kind: 'minted'; readonly credentials: StepCredentials }
  | ({ readonly kind: 'refused' } & Refusal)

export type Mint = (order: MintOrder) => Promise<Minted>

/** The one place where a session is opened that can change an account. */
export function createMint({ endpoint, identity }: MintOptions): Mint {
  const handler = {
    connectionTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: ANSWER_TIMEOUT_MS,
    throwOnRequestTimeout: true,
    ...(endpoint === undefined ? {} : agentsFencedTo(endpoint)),
  }
  const clients = new Map<string, STSClient>()
  const clientIn = (region: string): STSClient => {
    const known = clients.get(region)
    if (known !== undefined) return known
    const client = new STSClient({
      region,
      maxAttempts: ATTEMPTS,
      requestHandler: handler,
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(identity === undefined ? {} : { credentials: identity }),
    })
    clients.set(region, client)
    return client
  }
  return (order) => mintPatiently(clientIn(order.region), order)
}

async function mintPatiently(sts: STSClient, order: MintOrder): Promise<Minted> {
  for (let tries = 1; ; tries++) {
    const minted = await mint(sts, order)
    if (minted.kind === 'minted' || minted.code !== 'throttled' || tries >= THROTTLED_TRIES) return minted
    await pause(THROTTLED_PAUSE_MS)
  }
}

async function mint(sts: STSClient, order: MintOrder): Promise<Minted> {
  const policy = sessionPolicy(order.calls)
  if (policy.kind === 'too-large')
    return refuse('limit_reached', `The session policy has ${policy.length} of ${SESSION_POLICY_LIMIT} characters`)
  try {
    return await assume(sts, order, policy.document)
  } catch (error) {
    return translated(error, order)
  }
}

async function assume(sts: STSClient, order: MintOrder, Policy: string): Promise<Minted> {
  const { partition, account, externalId, role, incident, plan, step } = order
  const { Credentials: given } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: `arn:${partition}:iam::${account}:role/${role}`,
      ...(externalId === null ? {} : { ExternalId: externalId }),
      RoleSessionName: `cordon-${incident}-${step}`,
      SourceIdentity: incident,
      DurationSeconds: SESSION_SECONDS,
      Policy,
      Tags: [
        { Key: 'cordon:plan', Value: plan },
        { Key: 'cordon:step', Value: String(step) },
      ],
    }),
  )
  const {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration,
  } = given ?? {}
  if (!accessKeyId || !secretAccessKey || !sessionToken || !Expiration)
    return refuse('unavailable', 'STS answered without credentials')
  return {
    kind: 'minted',
    credentials: { accessKeyId, secretAccessKey, sessionToken, expiresAt: Expiration.toISOString() },
  }
}

const refuse = (code: Refusal['code'], reason: string): Minted => ({ kind: 'refused', code, reason })

const THROTTLED = /throttl|RequestLimitExceeded|TooManyRequests/i
const FIRST_SERVER_ERROR = 500

/** What is not certainly a “no” of AWS’s may be asked again. */
function translated(error: unknown, { account, role }: MintOrder): Minted {
  if (!(error instanceof STSServiceException)) return refuse('unavailable', `STS cannot be reached: ${String(error)}`)
  if (THROTTLED.test(error.name)) return refuse('throttled', 'STS asks to slow down')
  if ((error.$metadata.httpStatusCode ?? FIRST_SERVER_ERROR) >= FIRST_SERVER_ERROR)
    return refuse('unavailable', `STS failed: ${error.name}`)
  if (error.name === 'PackedPolicyTooLargeException' || error.name === 'PackedPolicyTooLarge')
    return refuse('limit_reached', 'The session policy and its tags are larger than STS can pack')
  return refuse('access_denied', `${role} of account ${account} cannot be assumed: ${error.message}`)
}
