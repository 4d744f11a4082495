import { type Context, type ContextEntry, type ContextKind, contextLists } from './context.ts'

/** Kinds that can only add gravity, when they say something grave. Everything else can make a verdict milder or an incident quieter. */
const tightening: Readonly<Partial<Record<ContextKind, (entry: ContextEntry) => boolean>>> = {
  'working-regions': () => true,
  asset: ({ environment, criticality = 'normal' }) =>
    environment !== 'nonproduction' && (criticality === 'high' || criticality === 'critical'),
}

const tightens = (entry: ContextEntry): boolean => tightening[entry.kind]?.(entry) === true

/**
 * What of the new context could make a verdict milder or an incident quieter, in words; none when it only narrows. A new exception, a wider
 * one, a longer one, and the end of an entry that adds gravity are such.
 */
export function wideningsOf(before: Context, after: Context): readonly string[] {
  const [old, now] = [byId(before), byId(after)]
  const ended = before.entries.filter((entry) => !now.has(entry.id) && tightens(entry))
  const changed = after.entries.flatMap((entry) => {
    const former = old.get(entry.id)
    return former === undefined ? newIn(entry) : widened(former, entry)
  })
  return [...ended.map(({ id }) => `${id} ends, which added gravity`), ...changed]
}

const byId = ({ entries }: Context): ReadonlyMap<string, ContextEntry> =>
  new Map(entries.map((entry) => [entry.id, entry]))

const newIn = (entry: ContextEntry): readonly string[] => (tightens(entry) ? [] : [`${entry.id} is new: ${entry.kind}`])

function widened(before: ContextEntry, after: ContextEntry): readonly string[] {
  const { id } = after
  if (isSameSaid(before, after)) return []
  if (before.kind !== after.kind) return [`${id} becomes ${after.kind}`]
  // What only adds gravity is not narrowed without being weakened, and the other way round.
  if (tightens(before) || before.kind === 'asset') return [`${id} says something else of what it is about`]
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
