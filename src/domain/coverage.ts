/** Why findings of a place may not come, though nothing is said of it. */
export const gapKinds = {
  'no-detector': 'GuardDuty has no detector: nothing is detected',
  suspended: 'The detector is suspended: nothing is detected',
  'foreign-filter': 'A filter that Cordon did not make archives findings before they are sent',
  'ended-filter': 'A filter of Cordon’s archives findings though its suppression has ended: approve its removal',
  unregistered: 'Its findings are gathered here, and the account is not registered with Cordon',
  unread: 'It could not be looked at',
  missing: 'GuardDuty made findings that did not come; they are read from it now',
  hidden: 'Findings were archived before they came',
} as const satisfies Readonly<Record<string, string>>
export type GapKind = keyof typeof gapKinds

/** What a look at a detector itself finds; the others are counted. */
export type SeenGapKind = Exclude<GapKind, 'missing' | 'hidden'>

/** What of an account’s findings of one day (UTC, by their last change) came. */
export interface DayCount {
  readonly account: string
  /** YYYY-MM-DD */
  readonly day: string
  /** Archived ones count. */
  readonly emitted: number
  /** Not here, and archived at their producer. */
  readonly hidden: number
  readonly missing: number
}

/** A filter with such a tag is Cordon’s. */
export const OWN_TAG_PREFIX = 'cordon:'
/** When the suppression of such a filter ends, ISO 8601. */
export const UNTIL_TAG = `${OWN_TAG_PREFIX}until`
