import { type StatusType, UpdateAccessKeyCommand } from '@aws-sdk/client-iam'
import { absentAs } from '#activities/aws/absent'
import { requireUser, tagsOf } from '#activities/aws/identity'
import type { WriteSession } from '#activities/aws/sessions'
import type { DeclaredCall } from '#domain/state'
import type { IamUser } from '#domain/targets'
import { type Acknowledged, ALREADY_SO, compare, type Doing, makeCalls, type Work } from './doing.ts'
import { keyUses, listKeys } from './key-use.ts'

export const deactivateAccessKeys: Doing<'deactivateAccessKeys'> = {
  async observe(read, user) {
    const live = await requireUser(read, user)
    const keys = await listKeys(read, user)
    return {
      arn: live.Arn,
      state: Object.fromEntries(keys.map(({ AccessKeyId, Status }) => [AccessKeyId, Status ?? 'Inactive'])),
      tags: tagsOf(live),
      blastRadius: () => keyUses(read, keys),
    }
  },

  apply: setStatuses,

  verify: (reading) => compare(deactivateAccessKeys, reading),

  revert: setStatuses,
}

function setStatuses(work: Work<IamUser, unknown>) {
  return makeCalls(work, (call) => setStatus(work.write, work.target, call))
}

/** A key that somebody removed meanwhile needs nothing more. */
function setStatus({ iam }: WriteSession, { name }: IamUser, { change }: DeclaredCall): Promise<Acknowledged> {
  const Status: StatusType = change.after === 'Active' ? 'Active' : 'Inactive'
  const update = new UpdateAccessKeyCommand({ UserName: name, AccessKeyId: change.field, Status })
  return absentAs(ALREADY_SO, iam.send(update))
}
