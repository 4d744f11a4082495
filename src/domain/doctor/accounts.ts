import { type AccountRole, RESPONDER, RESTORER, type WritingRole } from '#domain/roles/account-roles'
import { type Check, type Diagnosis, ill, well } from './check.ts'
import type { ClockSeen } from './clocks.ts'
import { judgeLimits, type LimitsSeen } from './limits.ts'
import { judgeTrust } from './trust.ts'

const WANTED_FREQUENCY = 'FIFTEEN_MINUTES'

/** Permissions that were refused, or why nobody could say. */
export type Refused =
  | { readonly kind: 'asked'; readonly refused: readonly string[] }
  | { readonly kind: 'unasked'; readonly reason: string }

export type DetectorSeen =
  | { readonly kind: 'none' }
  | { readonly kind: 'unread'; readonly reason: string }
  | { readonly kind: 'there'; readonly id: string; readonly status: string; readonly frequency: string }

export type ResponderSeen =
  | { readonly kind: 'missing' }
  | { readonly kind: 'unread'; readonly reason: string }
  /** Behind an emulator, where roles that nobody made can be assumed. */
  | { readonly kind: 'made-up' }
  | { readonly kind: 'there'; readonly trust: string; readonly writes: Refused }

/** One account, as the executor’s own reading role sees it. */
export type AccountSeen =
  | { readonly kind: 'closed'; readonly account: string; readonly reason: string }
  | {
      readonly kind: 'open'
      readonly account: string
      readonly reads: Refused
      readonly responder: ResponderSeen
      readonly detectors: readonly { readonly region: string; readonly seen: DetectorSeen }[]
      /** As the responder; absent in what executors said before it was looked at, and so are the limits. */
      readonly restorer?: ResponderSeen
      readonly limits?: readonly LimitsSeen[]
    }

/** Whom the executor is for AWS. */
export type HubSeen =
  | { readonly kind: 'unknown'; readonly reason: string }
  | { readonly kind: 'known'; readonly account: string; readonly arn: string; readonly clock: ClockSeen | null }

/** What the executor answered about the accounts. */
export interface AccountsSeen {
  readonly hub: HubSeen
  readonly accounts: readonly AccountSeen[]
}

/** The hub’s identity and every account. */
export function judgeAccounts({ hub, accounts }: AccountsSeen): Diagnosis {
  const identity =
    hub.kind === 'known'
      ? well('aws', `AWS knows the executor as ${hub.arn}`)
      : ill(
          'aws',
          `AWS does not know the executor: ${hub.reason}`,
          'Give the executor its identity: CORDON_HUB_CREDENTIALS_FILE, or AWS’s usual chain',
        )
  const judged = accounts.map((account) => judgeAccount(account, hub))
  return {
    checks: [identity, ...judged.flatMap(({ checks }) => checks)],
    notes: judged.flatMap(({ notes }) => notes),
  }
}

function judgeAccount(seen: AccountSeen, hub: HubSeen): Diagnosis {
  const { account } = seen
  if (seen.kind === 'closed') {
    const text = `CordonReader of account ${account} cannot be assumed: ${seen.reason}`
    const who = hub.kind === 'known' ? hub.arn : 'the executor’s identity'
    return {
      checks: [
        ill(
          `reader/${account}`,
          text,
          `Make the role CordonReader in ${account}, with a trust that lets ${who} do sts:AssumeRole`,
        ),
      ],
      notes: [],
    }
  }
  const parts = [
    judgeReads(account, seen.reads),
    judgeWriting({ role: RESPONDER, account }, seen.responder, hub),
    ...(seen.restorer === undefined ? [] : [judgeWriting({ role: RESTORER, account }, seen.restorer, hub)]),
    ...(seen.limits === undefined ? [] : [judgeLimits(account, seen.limits)]),
    ...seen.detectors.map(({ region, seen: detector }) => ({
      checks: [judgeDetector({ account, region }, detector)],
      notes: [],
    })),
  ]
  return { checks: parts.flatMap(({ checks }) => checks), notes: parts.flatMap(({ notes }) => notes) }
}

function judgeReads(account: string, reads: Refused): Diagnosis {
  const name = `reader/${account}` as const
  if (reads.kind === 'unasked')
    return {
      checks: [well(name, `CordonReader of account ${account} can be assumed`)],
      notes: [`What CordonReader of account ${account} may read could not be checked: ${reads.reason}`],
    }
  return { checks: [permitted(name, 'CordonReader', { account, refused: reads.refused })], notes: [] }
}

function permitted(
  name: Check['name'],
  role: AccountRole,
  { account, refused }: { readonly account: string; readonly refused: readonly string[] },
): Check {
  return refused.length === 0
    ? well(name, `${role} of account ${account} may do what the actions need`)
    : ill(
        name,
        `${role} of account ${account} is refused ${refused.join(', ')}`,
        `Allow ${refused.join(', ')} to ${role} in account ${account}`,
      )
}

interface RoleAt {
  readonly role: WritingRole
  readonly account: string
}

const checkOf = { [RESPONDER]: 'responder', [RESTORER]: 'restorer' } as const
const lost = { [RESPONDER]: 'contained', [RESTORER]: 'put back' } as const

function judgeWriting({ role, account }: RoleAt, seen: ResponderSeen, hub: HubSeen): Diagnosis {
  const name = `${checkOf[role]}/${account}` as const
  switch (seen.kind) {
    case 'made-up':
      return { checks: [well(name, `The emulator lets ${role} of account ${account} be assumed as it is`)], notes: [] }
    case 'unread':
      return { checks: [], notes: [`${role} of account ${account} could not be checked: ${seen.reason}`] }
    case 'missing': {
      const text = `Account ${account} has no role ${role}: nothing can be ${lost[role]} there`
      const next = `Make the role ${role} in account ${account}: cordon roles generate --account ${account}`
      return { checks: [ill(name, text, next)], notes: [] }
    }
    case 'there':
      return judgeExisting({ role, account }, seen, hub)
  }
}

function judgeExisting(
  { role, account }: RoleAt,
  { trust, writes }: Extract<ResponderSeen, { kind: 'there' }>,
  hub: HubSeen,
): Diagnosis {
  const name = `${checkOf[role]}/${account}` as const
  const of = `${role} of account ${account}`
  const notes = writes.kind === 'asked' ? [] : [`What ${of} may change could not be checked: ${writes.reason}`]
  if (hub.kind === 'unknown')
    return { checks: [], notes: [...notes, `The trust of ${of} could not be checked: the hub is not known`] }
  const verdict = judgeTrust(trust, hub.account)
  if (verdict.kind === 'lacks') {
    const lacking = verdict.actions.join(', ')
    const text = `${of} cannot be assumed as the gate does: its trust lacks ${lacking} for the hub ${hub.account}`
    const next = `Add ${lacking} for the gate’s identity of ${hub.account} to the trust policy of ${role} in account ${account}`
    return { checks: [ill(name, text, next)], notes }
  }
  const unclear = verdict.kind === 'unclear' ? [`The trust of ${of} is for STS to judge: ${verdict.why}`] : []
  const refused = writes.kind === 'asked' ? writes.refused : []
  return { checks: [permitted(name, role, { account, refused })], notes: [...notes, ...unclear] }
}

interface Region {
  readonly account: string
  readonly region: string
}

function judgeDetector({ account, region }: Region, seen: DetectorSeen): Check {
  const name = `guardduty/${account}/${region}` as const
  const where = `in account ${account}, ${region}`
  switch (seen.kind) {
    case 'none':
      return ill(
        name,
        `GuardDuty has no detector ${where}`,
        `aws guardduty create-detector --enable --finding-publishing-frequency ${WANTED_FREQUENCY} --region ${region}, in account ${account}`,
      )
    case 'unread':
      return ill(
        name,
        `GuardDuty cannot be read ${where}: ${seen.reason}`,
        `Allow guardduty:ListDetectors, guardduty:GetDetector to CordonReader in account ${account}`,
      )
    case 'there':
      return judgeSettings({ account, region }, seen)
  }
}

function judgeSettings(
  { account, region }: Region,
  { id, status, frequency }: Extract<DetectorSeen, { kind: 'there' }>,
): Check {
  const name = `guardduty/${account}/${region}` as const
  const update = (setting: string) =>
    `aws guardduty update-detector --detector-id ${id} ${setting} --region ${region}, in the account that administers GuardDuty for ${account}`
  if (status !== 'ENABLED') return ill(name, `GuardDuty is off in account ${account}, ${region}`, update('--enable'))
  return frequency === WANTED_FREQUENCY
    ? well(name, `GuardDuty tells of repeated findings every 15 minutes in account ${account}, ${region}`)
    : ill(
        name,
        `GuardDuty publishes repeated findings ${frequency} in account ${account}, ${region}; wanted is ${WANTED_FREQUENCY}`,
        update(`--finding-publishing-frequency ${WANTED_FREQUENCY}`),
      )
}
