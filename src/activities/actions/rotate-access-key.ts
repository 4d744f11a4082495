import { type AccessKey, CreateAccessKeyCommand, DeleteAccessKeyCommand } from '@aws-sdk/client-iam'
import { CreateSecretCommand, DeleteSecretCommand, DescribeSecretCommand } from '@aws-sdk/client-secrets-manager'
import { absentAs } from '#activities/aws/absent'
import { requireUser, tagsOf } from '#activities/aws/identity'
import type { ReadSession } from '#activities/aws/sessions'
import { failure, failureCode, translateError } from '#activities/aws/translate-error'
import { type RotateAccessKeyState, rotatedSecretName } from '#domain/catalogue/rotate-access-key'
import type { DeclaredCall, Values } from '#domain/state'
import type { UserKey } from '#domain/targets'
import { type Acknowledged, ALREADY_SO, compare, type Doing, makeCalls, type Work } from './doing.ts'
import { settle } from './eventual-consistency.ts'
import { lastUse, listKeys } from './key-use.ts'

/** The secret’s tag that names its key, so that nobody needs to read the secret to know whose it is. */
const KEY_ID_TAG = 'cordon:key-id'

type Rotation = Work<UserKey, RotateAccessKeyState>

export const rotateAccessKey: Doing<'rotateAccessKey'> = {
  async observe(read, key, before) {
    const live = await requireUser(read, key.user)
    const [keys, secret] = await Promise.all([listKeys(read, key.user), keyInSecret(read, key)])
    const ids = keys.map(({ AccessKeyId }) => AccessKeyId)
    const newKey = ourKey(ids, secret, before)
    return {
      arn: live.Arn,
      state: { keys: idsAsText(ids.filter((id) => id !== newKey)), newKey, secret },
      tags: tagsOf(live),
      blastRadius: async () => [
        `Whoever may read ${rotatedSecretName(key.user.name)} in Secrets Manager can act as ${key.user.name}`,
      ],
    }
  },

  apply,

  verify: (reading) => compare(rotateAccessKey, reading),

  revert: (work) => makeCalls(work, (call) => takeBack(work, call)),
}

const SEPARATOR = ','

const idsAsText = (ids: readonly string[]): string => ids.toSorted().join(SEPARATOR)

/** The id of the key that the secret holds, by its tag; null when there is no secret. */
async function keyInSecret({ secrets }: ReadSession, { user }: UserKey): Promise<string | null> {
  const found = await absentAs(
    undefined,
    secrets.send(new DescribeSecretCommand({ SecretId: rotatedSecretName(user.name) })),
  )
  return found?.Tags?.find(({ Key }) => Key === KEY_ID_TAG)?.Value ?? null
}

/** Of the user’s keys the one that this step makes or takes back: as planned, as the secret says, else the only one that the plan does not know. */
function ourKey(
  ids: readonly string[],
  secret: string | null,
  before: RotateAccessKeyState | undefined,
): string | null {
  const known = before?.newKey ?? secret
  if (known !== null) return ids.includes(known) ? known : null
  const unplanned = before === undefined ? [] : ids.filter((id) => !before.keys.split(SEPARATOR).includes(id))
  return unplanned.length === 1 ? (unplanned[0] ?? null) : null
}

async function apply(work: Rotation): Promise<Values> {
  const { calls, before, target, signal } = work
  const [create, keep] = calls
  if (create?.change.field !== 'newKey' || keep?.change.field !== 'secret')
    throw failure(
      'drifted',
      `${rotatedSecretName(target.user.name)} and the keys of ${target.user.name} no longer agree`,
    )
  if (before.secret !== null)
    throw failure(
      'conflict',
      `${rotatedSecretName(target.user.name)} exists already: its owner must take it and remove it`,
    )
  if (work.attempt > 1) await dropLostKey(work, create)
  signal.throwIfAborted()
  const key = await createKey(work, create)
  await keepKey(work, keep, key)
  return { newKeyId: key.AccessKeyId }
}

/**
 * A key that an earlier attempt made, and whose secret died with it. Nobody can ever have used it, so a key that was used is not it.
 * On a first attempt there is none: the gate has just seen that the keys are as planned.
 */
async function dropLostKey(
  { read, write, target, before, made, signal }: Rotation,
  create: DeclaredCall,
): Promise<void> {
  await settle(signal)
  const [keys, kept] = await Promise.all([listKeys(read, target.user), keyInSecret(read, target)])
  if (kept !== null) throw failure('unavailable', `${kept} was kept after all: the next try finds it`)
  const lost = ourKey(
    keys.map(({ AccessKeyId }) => AccessKeyId),
    null,
    before,
  )
  if (lost === null) return
  if ((await lastUse(read, lost)) !== null) throw failure('drifted', `${lost} appeared and is in use: it is not ours`)
  const output = await write.iam.send(new DeleteAccessKeyCommand({ UserName: target.user.name, AccessKeyId: lost }))
  made({ ...create, operation: 'iam:DeleteAccessKey', change: { field: 'newKey', before: lost, after: null } }, output)
}

type NewKey = Required<Pick<AccessKey, 'AccessKeyId' | 'SecretAccessKey'>> & { readonly AccessKeyId: string }

async function createKey({ write, target, made }: Rotation, call: DeclaredCall): Promise<NewKey> {
  const output = await write.iam.send(new CreateAccessKeyCommand({ UserName: target.user.name }))
  const { AccessKeyId, SecretAccessKey } = output.AccessKey ?? {}
  if (AccessKeyId === undefined || SecretAccessKey === undefined)
    throw failure('unavailable', 'IAM answered without a key')
  made(written(call, AccessKeyId), output)
  return { AccessKeyId, SecretAccessKey }
}

/** The secret goes from IAM’s answer into Secrets Manager and nowhere else. */
async function keepKey(work: Rotation, call: DeclaredCall, { AccessKeyId, SecretAccessKey }: NewKey): Promise<void> {
  const { write, target, made } = work
  const keeping = write.secrets.send(
    new CreateSecretCommand({
      Name: rotatedSecretName(target.user.name),
      Description: `Access key of ${target.user.name}, made by Cordon`,
      SecretString: JSON.stringify({ accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey }),
      Tags: [{ Key: KEY_ID_TAG, Value: AccessKeyId }],
    }),
  )
  const output = await keeping.catch((error: unknown) => withdraw(work, AccessKeyId, error))
  made(written(call, AccessKeyId), output)
}

/** A key that nobody can learn the secret of must not stay, unless it may have been kept after all. */
async function withdraw({ write, target }: Rotation, AccessKeyId: string, error: unknown): Promise<never> {
  const failed = translateError(error)
  if (failureCode(failed) !== 'unavailable' && failureCode(failed) !== 'throttled')
    await write.iam.send(new DeleteAccessKeyCommand({ UserName: target.user.name, AccessKeyId }))
  throw failed
}

const written = (call: DeclaredCall, after: string): DeclaredCall => ({ ...call, change: { ...call.change, after } })

function takeBack({ write, target }: Rotation, { change }: DeclaredCall): Promise<Acknowledged> {
  const removal =
    change.field === 'secret'
      ? // Its key is deleted with it; a secret that waits for its deletion would block the name.
        write.secrets.send(
          new DeleteSecretCommand({ SecretId: rotatedSecretName(target.user.name), ForceDeleteWithoutRecovery: true }),
        )
      : write.iam.send(new DeleteAccessKeyCommand({ UserName: target.user.name, AccessKeyId: String(change.before) }))
  return absentAs(ALREADY_SO, removal)
}
