import { type Finding, findingKey } from '#domain/finding'
import { credentialOf } from './credential.ts'
import { instanceOf } from './instance.ts'
import { at, member, numberAt, textAt, timeAt } from './member.ts'
import { unsafety } from './unsafe.ts'
import { isMembers, type Piece, unwrap } from './unwrap.ts'

/** What became of one finding of a call: `raw` is the finding itself, out of its envelopes. */
export type ReadFinding =
  | {
      readonly kind: 'accepted'
      readonly index: number
      readonly finding: Finding
      readonly raw: Readonly<Record<string, unknown>>
    }
  | { readonly kind: 'quarantined'; readonly index: number; readonly reason: string; readonly raw: unknown }

/**
 * Reads every finding in what was sent, in the order it was sent; `index` counts after unwrapping.
 * Tolerant of what detectors leave out or write oddly; strict on what could harm a reader. Reads `most` of them and no further.
 */
export function readFindings(sent: unknown, most = Number.POSITIVE_INFINITY): readonly ReadFinding[] {
  const read: ReadFinding[] = []
  for (const piece of unwrap(sent)) if (read.push(readPiece(piece, read.length)) >= most) break
  return read
}

function readPiece(piece: Piece, index: number): ReadFinding {
  const quarantined = (reason: string): ReadFinding => ({ kind: 'quarantined', index, reason, raw: piece.value })
  if (piece.kind === 'broken') return quarantined(piece.reason)
  const reason = unsafety(piece.value)
  if (reason !== null) return quarantined(reason)
  const { value } = piece
  if (!isMembers(value)) return quarantined('not an object')
  const missing = missingFrom(value)
  return missing.length > 0
    ? quarantined(`not a GuardDuty finding: ${missing.join(', ')}`)
    : { kind: 'accepted', index, finding: normalised(value), raw: value }
}

const ACCOUNT = /^\d{12}$/
const REGION = /^[a-z]{2}(-[a-z]+){1,3}-\d{1,2}$/
const MAX_ID = 512

function missingFrom(raw: unknown): readonly string[] {
  const short = (name: string): boolean => (textAt(raw, name)?.length ?? MAX_ID + 1) <= MAX_ID
  const severity = numberAt(raw, 'severity')
  const wrong: readonly (readonly [boolean, string])[] = [
    [!short('id'), 'no id'],
    [!short('type'), 'no type'],
    [!ACCOUNT.test(textAt(raw, 'accountId') ?? ''), 'no accountId of 12 digits'],
    [!REGION.test(textAt(raw, 'region') ?? ''), 'no region'],
    [severity === null || severity < 0 || severity > 10, 'no severity from 0 to 10'],
    [versionTime(raw) === null, 'no updatedAt'],
  ]
  return wrong.filter(([isWrong]) => isWrong).map(([, what]) => what)
}

// Some exporters leave out `updatedAt` of a finding that was never updated.
const versionTime = (raw: unknown): string | null => timeAt(raw, 'updatedAt') ?? timeAt(raw, 'createdAt')

function normalised(raw: unknown): Finding {
  const text = (path: string): string => textAt(raw, path) ?? ''
  const [id, account, region, updatedAt] = [text('id'), text('accountId'), text('region'), versionTime(raw) ?? '']
  const action = actionOf(raw)
  const credential = credentialOf(raw, account)
  return {
    key: findingKey(account, region, id),
    id,
    source: 'guardduty',
    type: text('type'),
    account,
    region,
    severityMilli: Math.round((numberAt(raw, 'severity') ?? 0) * 1000),
    title: text('title') || text('type'),
    description: text('description'),
    createdAt: timeAt(raw, 'createdAt') ?? updatedAt,
    updatedAt,
    count: countOf(raw),
    isSample: isSample(raw),
    credential,
    instance: instanceOf(raw, { account, region, credential }),
    remoteAddress: textAt(action, 'remoteIpDetails.ipAddressV4') ?? textAt(action, 'remoteIpDetails.ipAddressV6'),
    api: textAt(action, 'api'),
    userAgent: textAt(action, 'userAgent'),
  }
}

const MAX_INT4 = 2_147_483_647

function countOf(raw: unknown): number {
  const count = Math.trunc(numberAt(raw, 'service.count') ?? 1)
  return Math.min(Math.max(count, 0), MAX_INT4)
}

/** The details of what was done, whichever kind of action it was; undefined when the finding names none. */
function actionOf(raw: unknown): unknown {
  const action = at(raw, 'service.action')
  const kinds = ['awsApiCallAction', 'networkConnectionAction', 'kubernetesApiCallAction', 'rdsLoginAttemptAction']
  return kinds.map((kind) => member(action, kind)).find((details) => details !== undefined)
}

/** Source: GuardDuty, sample findings: the title begins with [SAMPLE], or the additional information says so. */
function isSample(raw: unknown): boolean {
  const info = at(raw, 'service.additionalInfo')
  if ((textAt(raw, 'title') ?? '').startsWith('[SAMPLE]') || member(info, 'sample') === true) return true
  const value = member(info, 'value')
  try {
    return member(JSON.parse(typeof value === 'string' ? value : 'null'), 'sample') === true
  } catch {
    // Whatever else the detector wrote there says nothing of samples.
    return false
  }
}
