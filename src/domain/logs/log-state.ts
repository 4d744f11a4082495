/** How a look into a log stands. */
export const logStates = [
  'available',
  'not set up',
  'no permission',
  'not enabled',
  'out of time',
  'too many bytes',
  'failed',
] as const
export type LogState = (typeof logStates)[number]

/** One source that was looked at, as the brief shows it. */
export interface LogSeen {
  readonly source: string
  readonly state: LogState
  readonly text: string
}

/** What an answer without rows leaves open: a table that has nothing of an account answers as one where nothing happened. */
export const silenceOf = (
  rows: readonly unknown[],
  source: string,
  { account }: { readonly account: string },
): readonly string[] =>
  rows.length > 0
    ? []
    : [`${source}: no row; whether the table has what account ${account} logged in that time was not seen`]

/** Source: Athena, data usage controls: a query beyond the cut-off is cancelled with this reason. */
const TOO_MUCH = /bytes scanned limit/i
const DENIED = /access ?denied|not authorized|insufficient (lake formation )?permission/i

/** Why a query ended without an answer, by the reason that Athena gives. */
export function endedState(reason: string): LogState {
  if (TOO_MUCH.test(reason)) return 'too many bytes'
  return DENIED.test(reason) ? 'no permission' : 'failed'
}
