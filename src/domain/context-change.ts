import { type Context, type ContextEntry, contextLists } from './context.ts'

/** Whether an entry can make a verdict milder or an incident quieter by being there, beside those that were there before. */
function softens({ kind, environment, criticality }: ContextEntry, before: Context): boolean {
  if (kind === 'asset') return environment === 'nonproduction' || criticality === 'low'
  // The first one says what is outside; a further one says that less is.
  if (kind === 'working-regions') return before.entries.some((entry) => entry.kind === kind)
  return true
}

/** Whether an entry can add gravity by being there. */
const hardens = ({ kind, environment, criticality = 'low' }: ContextEntry): boolean =>
  kind === 'working-regions' || (kind === 'asset' && (environment === 'production' || criticality !== 'low'))

/**
 * What of the new context could make a verdict milder or an incident quieter, in words; none when it only narrows. A new exception, a wider
 * one, a longer one, and the end of an entry that adds gravity are such.
 */
export function wideningsOf(before: Context, after: Context): readonly string[] {
  const [old, now] = [byId(before), byId(after)]
  const ended = before.entries.filter((entry) => !now.has(entry.id) && hardens(entry))
  const changed = after.entries.flatMap((entry) => {
    const former = old.get(entry.id)
    if (former !== undefined) return widened(former, entry)
    return softens(entry, before) ? [`${entry.id} is new: ${entry.kind}`] : []
  })
  return [...ended.map(({ id }) => `${id} ends, which added gravity`), ...changed]
}

const byId = ({ entries }: Context): ReadonlyMap<string, ContextEntry> =>
  new Map(entries.map((entry) => [entry.id, entry]))

function widened(before: ContextEntry, after: ContextEntry): readonly string[] {
  const { id } = after
  if (isSameSaid(before, after)) return []
  if (before.kind !== after.kind) return [`${id} becomes ${after.kind}`]
  // What only adds gravity is not narrowed without being weakened, and the other way round.
  if (before.kind === 'asset' || before.kind === 'working-regions')
    return [`${id} says something else of what it is about`]
  return [
    ...(isLater(before.until, after.until) ? [`${id} is valid for longer`] : []),
    ...(isLater(after.from ?? BEGINNING, before.from ?? BEGINNING) ? [`${id} begins earlier`] : []),
    ...contextLists.flatMap((list) => (isNarrower(before[list], after[list]) ? [] : [`${id} names more ${list}`])),
  ]
}

const BEGINNING = '0001-01-01T00:00:00Z'

/** The words about an entry say nothing of what it matches. */
const isSameSaid = (before: ContextEntry, after: ContextEntry): boolean => {
  const said = ({ owner: _owner, reason: _reason, ...rest }: ContextEntry) =>
    JSON.stringify(Object.entries(rest).toSorted(([one], [other]) => (one < other ? -1 : 1)))
  return said(before) === said(after)
}

const isLater = (before: string | undefined, after: string | undefined): boolean =>
  before !== undefined && (after === undefined || Date.parse(after) > Date.parse(before))

const isNarrower = (before: readonly string[] | undefined, after: readonly string[] | undefined): boolean =>
  before === undefined || (after !== undefined && after.every((one) => before.includes(one)))
