import type { FaultRun, Row } from '../run.ts'
import { ourPolicyName } from './declared-effects.ts'
import { type Effect, effectsOf, newestEffects } from './effects.ts'
import { documentsOf, isNull, object, rowsOf, text } from './record.ts'
import { type Checker, type Violation, violationOf } from './violation.ts'

const violation = violationOf('I3')
const CLEANED_WITHIN_MS = 600_000

/** Something in the accounts that only Cordon makes. */
interface Made {
  readonly what: string
  readonly id: string
  readonly createdAt?: number
}

/**
 * I3: what Cordon made is in its record, and what its undo took away is gone. Ours are groups, snapshots, commands and secrets under our
 * names or tags, and inline policies of our names. A step that is not closed yet may still say what it made, for ten minutes.
 */
export const orphans: Checker = (run) => [...unrecorded(run), ...strangePolicies(run), ...left(run)]

function unrecorded(run: FaultRun): readonly Violation[] {
  const record = JSON.stringify(['permit', 'plan_step', 'verification'].map((table) => rowsOf(run, table)))
  return madeIn(run)
    .filter(({ id, createdAt = 0 }) => !record.includes(JSON.stringify(id).slice(1, -1)) && !isFresh(run, createdAt))
    .map(({ what, id }) => violation(id, `${what} is ours, and the record does not know it`))
}

const isFresh = (run: FaultRun, createdAt: number): boolean =>
  Date.parse(run.takenAt) - createdAt < CLEANED_WITHIN_MS &&
  rowsOf(run, 'permit').some((permit) => isNull(permit, 'closed_at'))

function madeIn(run: FaultRun): readonly Made[] {
  const groups = documentsOf(run, 'securityGroup').filter(
    (one) => 'cordon:isolates' in object(one['tags']) || /^Cordon(Isolated|Untracked)-/.test(text(one, 'name')),
  )
  const snapshots = documentsOf(run, 'snapshot').filter((one) => 'cordon:evidence-of' in object(one['tags']))
  const commands = documentsOf(run, 'command').filter((one) => text(one, 'comment').startsWith('cordon:'))
  const secrets = documentsOf(run, 'secret').filter(
    (one) => text(one, 'name').startsWith('cordon/rotated/') && one['deletedAt'] === undefined,
  )
  return [
    ...groups.map((one) => ({ what: 'a group', id: text(one, 'id') })),
    ...snapshots.map((one) => ({ what: 'a snapshot', id: text(one, 'id'), createdAt: Number(one['startedAt']) })),
    ...commands.map((one) => ({ what: 'a command', id: text(one, 'id'), createdAt: Number(one['sentAt']) })),
    ...secrets.map((one) => ({ what: 'a secret', id: text(object(one['tags']), 'cordon:key-id') })),
    ...keysMade(run),
  ]
}

/** Keys of a user whose key was rotated, and that were not there before. */
function keysMade(run: FaultRun): readonly Made[] {
  return effectsOf(run)
    .filter(({ operation }) => operation === 'iam:CreateAccessKey')
    .flatMap(({ step: { target, before }, at }) => {
      if (target.kind !== 'user-key') return []
      const known = String(before['keys']).split(',')
      return documentsOf(run, 'accessKey')
        .filter((key) => text(key, 'user') === target.user.name && text(key, 'account') === target.account)
        .filter((key) => !known.includes(text(key, 'id')) && Number(key['createdAt']) <= at)
        .map((key) => ({ what: 'an access key', id: text(key, 'id'), createdAt: Number(key['createdAt']) }))
    })
}

/** An inline policy of ours is on its principal because of the newest effect there, and says what that wrote. */
function strangePolicies(run: FaultRun): readonly Violation[] {
  const wanted = new Set(
    newestEffects(run)
      .filter(({ field }) => field === 'ourPolicy')
      .map((effect) => `${principalOf(effect)} ${ourPolicyName(effect.step)} ${String(effect.after)}`),
  )
  const isClosed = !rowsOf(run, 'permit').some((permit) => isNull(permit, 'closed_at'))
  return [...documentsOf(run, 'user'), ...documentsOf(run, 'role')].flatMap((principal) =>
    Object.entries(object(principal['inline']))
      .filter(([name]) => /^Cordon(DenyAll$|RevokeSessions$|DenySessions-)/.test(name))
      .filter(([name, document]) => !wanted.has(`${nameOf(principal)} ${name} ${String(document)}`) && isClosed)
      .map(([name]) =>
        violation(nameOf(principal), `its policy ${name} is ours, and no step that stands put it there`),
      ),
  )
}

const nameOf = (principal: Row): string => `${text(principal, 'account')}/${text(principal, 'name')}`

function principalOf({ step: { target } }: Effect): string {
  const principal = target.kind === 'instance-sessions' ? target.role : target
  return 'name' in principal ? `${principal.account}/${principal.name}` : ''
}

/** What an undo says that it took away, by its newest effect, is not there. */
function left(run: FaultRun): readonly Violation[] {
  const removed = effectsOf(run).filter(
    ({ after, before, operation }) => after === null && typeof before === 'string' && /Delete/.test(operation),
  )
  const ids = new Set(
    ['securityGroup', 'accessKey'].flatMap((table) => documentsOf(run, table).map((one) => text(one, 'id'))),
  )
  const secrets = new Set(
    documentsOf(run, 'secret')
      .filter((one) => one['deletedAt'] === undefined)
      .map((one) => text(object(one['tags']), 'cordon:key-id')),
  )
  return removed
    .filter(({ before }) => ids.has(String(before)) || secrets.has(String(before)))
    .map(({ before, plan }) => violation(String(before), `plan ${plan} says that it took it away, and it is there`))
}
