/** What somebody may want of the kill switch. */
export const freezeOrders = ['start', 'lift'] as const
export type FreezeOrder = (typeof freezeOrders)[number]

/** What a freeze cannot take back: credentials that STS has given. */
export const SESSIONS_LIVE_ON = 'Sessions already minted live up to 15 minutes'
