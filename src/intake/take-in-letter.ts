import { ownFinding } from '#domain/own-finding'
import { type Administrators, doubtOf } from '#domain/sender'
import type { FindingSource } from '#domain/source'
import type { Database } from '#store/database/database'
import { quarantine } from '#store/findings/quarantine'
import { contentDigest } from '#store/log/digest'
import { letterOf } from './sender.ts'
import { type Intake, type TakenIn, takeIn } from './take-in.ts'

/** Something that came by an authenticated channel of AWS. */
export interface Mail {
  readonly sent: unknown
  readonly source: FindingSource
  /** The account that the channel itself belongs to; null where only what it brings names one. */
  readonly channelAccount: string | null
  /** When it was sent, ISO 8601: the same each time it comes. */
  readonly sentAt: string
  /** As with `Arrival`. */
  readonly from?: 'producer' | 'messenger'
}

export interface MailRoom {
  readonly db: Database
  readonly intake: Intake
  readonly administrators: Administrators
}

/** In place of an account where nobody named one. */
const UNKNOWN = 'unknown'

const NOTHING: TakenIn = { accepted: 0, duplicates: 0, quarantined: [], incidents: [], woken: [] }

/**
 * Takes in what an authenticated channel of AWS brought, as far as the account that sent it may say it. What AWS sent and cannot be read opens an
 * incident of the sender’s account, one at a time. When it returns, all of that is committed; the same once more changes nothing.
 */
export async function takeInMail(room: MailRoom, mail: Mail): Promise<TakenIn> {
  const { db, intake, administrators } = room
  const { source, channelAccount } = mail
  const letter = letterOf(mail.sent, channelAccount)
  if (letter.kind === 'refused') {
    await quarantine(db, [{ reason: letter.reason, raw: letter.sent, channel: source.name }])
    return { ...NOTHING, quarantined: [{ index: 0, reason: letter.reason }] }
  }
  const doubted = new Set<string>()
  const doubt = (finding: Parameters<typeof doubtOf>[0]): string | null => {
    const reason = letter.sender === null ? null : doubtOf(finding, letter.sender, administrators)
    if (reason !== null) doubted.add(reason)
    return reason
  }
  const { from = 'messenger' } = mail
  const taken = await takeIn({ db, intake, sent: letter.sent, channel: source.name, sender: source.name, from, doubt })
  // What its producer is asked for is told when that fails.
  const unreadable = taken.quarantined
    .filter(({ reason, again }) => again === undefined && !doubted.has(reason))
    .map(({ reason }) => reason)
  const told = await tellUnreadable(room, { ...mail, sender: letter.sender ?? UNKNOWN }, unreadable)
  return { ...taken, woken: [...taken.woken, ...told] }
}

/** What AWS itself sent and Cordon cannot read may be the gravest finding of the day: a person looks at it. */
export async function tellUnreadable(
  { intake }: MailRoom,
  { sent, source, sender, sentAt }: Mail & { readonly sender: string },
  reasons: readonly string[],
): Promise<TakenIn['woken']> {
  if (reasons.length === 0) return []
  const digest = contentDigest(sent ?? null)
  const finding = ownFinding({
    source: 'cordon',
    id: `unreadable-${sender}`,
    type: 'Intake:Cordon/Unreadable',
    account: sender,
    region: source.region ?? 'global',
    title: `A finding of account ${sender} that cannot be read`,
    description: `${source.name} brought it at ${sentAt}: ${reasons.join('; ')}`,
    at: sentAt,
  })
  const raw = { source: source.name, sender, sentAt, digest, reasons: [...reasons] }
  const arrived = { kind: 'accepted', index: 0, finding, raw, channel: source.name } as const
  const [outcome] = await intake.ask([arrived], { source: source.name, lane: 'reserved' })
  return outcome?.kind === 'received' ? [outcome.received] : []
}
