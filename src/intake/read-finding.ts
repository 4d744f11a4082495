import { type Finding, findingKey } from '#domain/finding'
import type { Reread, RereadReason } from '#domain/reread'
import type { Draft, Form } from './forms/form.ts'
import { formOf } from './forms/index.ts'
import { originOf } from './origin.ts'
import { CARRIED_BYTES, isLargerThan, unsafety } from './unsafe.ts'
import { isMembers, type Piece, unwrap } from './unwrap.ts'

/** What became of one finding of a call: `raw` is the finding itself, out of its envelopes. */
export type ReadFinding =
  | {
      readonly kind: 'accepted'
      readonly index: number
      readonly finding: Finding
      readonly raw: Readonly<Record<string, unknown>>
      /** Why its producer is to be asked for it as well. */
      readonly again?: RereadReason
    }
  | {
      readonly kind: 'quarantined'
      readonly index: number
      readonly reason: string
      readonly raw: unknown
      /** What it is, where its producer can be asked for the whole. */
      readonly again?: Reread
    }

/** How much is read of what was sent. */
export interface Limits {
  /** So many findings, and no further. */
  readonly most?: number
  /** Of one finding; a producer that is asked gives more than a message can carry. */
  readonly mostBytes?: number
}

/**
 * Reads every finding in what was sent, in the order it was sent; `index` counts after unwrapping.
 * Tolerant of what detectors leave out or write oddly; strict on what could harm a reader.
 */
export function readFindings(sent: unknown, limits: Limits = {}): readonly ReadFinding[] {
  const { most = Number.POSITIVE_INFINITY, mostBytes = CARRIED_BYTES } = limits
  const read: ReadFinding[] = []
  for (const piece of unwrap(sent)) if (read.push(readPiece(piece, read.length, mostBytes)) >= most) break
  return read
}

function readPiece(piece: Piece, index: number, mostBytes: number): ReadFinding {
  const quarantined = (reason: string, again: Partial<WithReread> = {}): ReadFinding => ({
    kind: 'quarantined',
    index,
    reason,
    raw: piece.value,
    ...again,
  })
  if (piece.kind === 'broken') return quarantined(piece.reason, rereadOf(piece.value, 'cut-off'))
  const reason = unsafety(piece.value)
  if (reason !== null) return quarantined(reason)
  const { value } = piece
  if (isLargerThan(value, mostBytes)) {
    const again = rereadOf(value, 'too-large')
    return quarantined(
      `larger than ${mostBytes / MIB} MiB${again === undefined ? '' : ': it is read again from its producer'}`,
      again,
    )
  }
  if (!isMembers(value)) return quarantined('not an object')
  const form = formOf(value)
  const draft = form.read(value)
  const missing = missingFrom(draft)
  return missing.length > 0
    ? quarantined(`not a ${form.title}: ${missing.join(', ')}`)
    : { kind: 'accepted', index, finding: complete(draft, form), raw: value, ...sequenceAgain(draft) }
}

interface WithReread {
  readonly again: Reread
}

/** Nothing where what came does not say what it is. */
function rereadOf(value: unknown, reason: RereadReason): WithReread | undefined {
  const origin = originOf(value)
  return origin === null ? undefined : { again: { origin, reason } }
}

/** Source: GuardDuty, attack sequence finding types: an event is a trigger only, and may lack signals. */
const sequenceAgain = ({ source, attackSequence }: Draft): { readonly again?: RereadReason } =>
  source === 'guardduty' && attackSequence?.kind === 'sequence' ? { again: 'attack-sequence' } : {}

const MIB = 1024 * 1024

const REGION = /^(?:global|[a-z]{2}(-[a-z]+){1,3}-\d{1,2})$/
const MAX_ID = 512
// Together with the id not more than an index takes.
const MAX_PRODUCT = 256

/** What a finding cannot be without, whatever its form. */
function missingFrom(draft: Draft): readonly string[] {
  const { id, type, account, region, severity, product } = draft
  const isShort = (text: string | null): boolean => text !== null && text.length <= MAX_ID
  const wrong: readonly (readonly [boolean, string])[] = [
    [!isShort(id), 'no id'],
    [!isShort(type), 'no type'],
    [account === null, 'no accountId'],
    [(product ?? '').length > MAX_PRODUCT, `no product of at most ${MAX_PRODUCT} characters`],
    [!REGION.test(region ?? ''), 'no region'],
    [severity === null || severity < 0 || severity > 10, 'no severity from 0 to 10'],
    [versionTime(draft) === null, 'no updatedAt'],
  ]
  return wrong.filter(([isWrong]) => isWrong).map(([, what]) => what)
}

// Some exporters leave out `updatedAt` of a finding that was never updated.
const versionTime = ({ updatedAt, createdAt }: Pick<Draft, 'updatedAt' | 'createdAt'>): string | null =>
  updatedAt ?? createdAt ?? null

/** What a finding has when its form says nothing of it. */
const silent = {
  product: null,
  description: '',
  firstSeen: null,
  lastSeen: null,
  isSample: false,
  instance: null,
  remoteAddress: null,
  api: null,
  service: null,
  errorCode: null,
  userAgent: null,
  resourceRole: null,
  entities: [],
  attackSequence: null,
} as const satisfies Partial<Finding>

/** Nothing undefined is left: findings are compared, hashed and recorded. */
function complete({ severity, ...draft }: Draft, { name: form }: Form): Finding {
  const { account, region, id, type } = { ...nobody, ...said(draft) }
  const updatedAt = versionTime(draft) ?? ''
  return {
    ...silent,
    title: type,
    createdAt: updatedAt,
    credential: { kind: 'unknown', account },
    ...said(draft),
    key: keyOf(draft, { account, region, id }),
    id,
    form,
    type,
    account,
    region,
    severityMilli: Math.round((severity ?? 0) * 1000),
    updatedAt,
    count: countOf(draft),
  }
}

const nobody = { account: '', region: '', id: '', type: '' }

type Said<Type> = { readonly [Name in keyof Type]: NonNullable<Type[Name]> }

/** The cast is sound: what is left is not null, and what is missing is missing. */
const said = <Type extends object>(draft: Type): Said<Type> =>
  Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== null && value !== undefined)) as Said<Type>

interface Identity {
  readonly account: string
  readonly region: string
  readonly id: string
}

/** The producer is a part of it, but for GuardDuty’s: a product that gives its own finding a detector’s id must not become a version of it. */
function keyOf({ source, product }: Pick<Draft, 'source' | 'product'>, { account, region, id }: Identity): string {
  if (source === 'guardduty') return findingKey(account, region, id)
  const producer = product === undefined || product === null ? source : `${source}/${product}`
  return findingKey(account, region, `${producer}/${id}`)
}

const MAX_INT4 = 2_147_483_647

const countOf = ({ count }: Pick<Draft, 'count'>): number => Math.min(Math.max(Math.trunc(count ?? 1), 0), MAX_INT4)
