import { setTimeout as pause } from 'node:timers/promises'
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient } from '@aws-sdk/client-iam'
import type { Home } from '../../e2e/installation.ts'

export interface Key {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** The IAM of an account, by its administrator or by whoever has a key. */
export function iamOf(home: Home, who: string | Key): IAMClient {
  const { aws } = home.ready()
  const credentials = typeof who === 'string' ? aws.accounts.find(({ id }) => id === who)?.credentials : who
  if (credentials === undefined) throw new Error(`There is no account ${String(who)}`)
  return new IAMClient({ region: 'us-east-1', endpoint: aws.endpoint, credentials, maxAttempts: 1 })
}

const EVERY_MS = 200

/** Does something again and again until it is stopped; failures are what an attacker lives with. */
export function keepDoing(something: (turn: number) => Promise<unknown>, everyMs = EVERY_MS) {
  const stopping = new AbortController()
  const doing = (async () => {
    for (let turn = 0; !stopping.signal.aborted; turn++) {
      await something(turn).catch(() => undefined)
      await pause(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  })()
  return {
    stop: async () => {
      stopping.abort()
      await doing
    },
  }
}

/** Makes a user with a key for later; answers with the key. */
export async function makeBackdoor(iam: IAMClient, UserName: string): Promise<Key> {
  await iam.send(new CreateUserCommand({ UserName }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' }
}
