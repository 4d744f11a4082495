/** Ways out of the house by which a page can reach a person, in the order in which they are tried when nobody prefers one. */
export const outsideChannels = ['webhook', 'mail'] as const
export type OutsideChannel = (typeof outsideChannels)[number]

/** The console is the record itself: a page that is stored is delivered there. */
export const CONSOLE = 'console'

/** What a ladder may name. */
export const channels = [CONSOLE, ...outsideChannels] as const
export type Channel = (typeof channels)[number]

/** A channel that this installation has. */
export interface ConfiguredChannel {
  readonly name: OutsideChannel
  /** Whether it reaches a person only by an address of theirs. */
  readonly isByAddress: boolean
}

export interface Route {
  /** Every one of these gets the page. */
  readonly preferred: readonly OutsideChannel[]
  /** These get it when none of the preferred took it. */
  readonly others: readonly OutsideChannel[]
}

/**
 * Which channels a page takes: those that its level prefers, as far as there are any, and otherwise all. A level that names the console alone is
 * not called elsewhere.
 */
export function routeOf(wanted: readonly Channel[] | undefined, configured: readonly OutsideChannel[]): Route {
  const named = (wanted ?? channels).filter((name) => name !== CONSOLE)
  if (named.length === 0) return { preferred: [], others: [] }
  const preferred = named.filter((name) => configured.includes(name))
  if (preferred.length === 0) return { preferred: configured, others: [] }
  return { preferred, others: configured.filter((name) => !preferred.includes(name)) }
}

/** What one attempt came to. A receipt is the receiver’s own word for it; a problem never holds a secret. */
export type Attempt =
  | { readonly kind: 'taken'; readonly receipt: string }
  /** It may be taken when it is sent again. */
  | { readonly kind: 'failed'; readonly problem: string }
  /** It will not be taken, however often it is sent. */
  | { readonly kind: 'refused'; readonly problem: string }

/** A page calls; a message tells what can wait until somebody looks. */
export const pageClasses = ['page', 'message'] as const
export type PageClass = (typeof pageClasses)[number]

/** Of a page. `recorded`: in the console, and there is no other way; `sending`: on its way outside; `delivered`: a channel outside took it; `unheard`: none did; `held`: it waits for the person’s digest. */
export const pageStatuses = ['recorded', 'sending', 'delivered', 'unheard', 'held'] as const
export type PageStatus = (typeof pageStatuses)[number]

/** Of a page by one channel. */
export const deliveryStatuses = ['sending', 'delivered', 'failed'] as const
export type DeliveryStatus = (typeof deliveryStatuses)[number]
