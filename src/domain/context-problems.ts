import { type Context, type ContextEntry, kindShapes } from './context.ts'
import { prefixOf } from './network.ts'

/** What is wrong with what a context means, where its form is right. */
export interface ContextProblem {
  /** The place of the entry, counted from 0. */
  readonly entry: number
  readonly member: string
  readonly message: string
}

/** Wider than the largest range that one organisation was ever given. */
const LEAST_PREFIX = { v4: 8, v6: 16 } as const
const DAY_MS = 86_400_000
/** An exception is looked at again within a year. */
const LONGEST_DAYS = 366

export const contextProblems = ({ entries }: Context): readonly ContextProblem[] =>
  entries.flatMap((entry, place) =>
    [...shapeProblems(entry), ...timeProblems(entry), ...networkProblems(entry), ...patternProblems(entry)]
      .concat(
        entries.findIndex(({ id }) => id === entry.id) < place ? [['id', 'is the id of an earlier entry too']] : [],
      )
      .map(([member, message]) => ({ entry: place, member, message })),
  )

type Problem = readonly [member: string, message: string]

const shapeProblems = (entry: ContextEntry): readonly Problem[] => [
  ...kindShapes[entry.kind].needs
    .filter((oneOf) => oneOf.every((member) => entry[member] === undefined))
    .map((oneOf): Problem => ['kind', `${entry.kind} needs ${oneOf.join(' or ')}`]),
  ...(entry.kind === 'asset' || entry.repositories === undefined
    ? []
    : [['repositories', 'is for an asset alone'] as const]),
]

/** What has to end, ends within a year: then somebody says again whether it is still so. */
function timeProblems({ kind, from, until }: ContextEntry): readonly Problem[] {
  const unread = Object.entries({ from, until }).filter(
    ([, time]) => time !== undefined && Number.isNaN(Date.parse(time)),
  )
  if (unread.length > 0) return unread.map(([member]) => [member, 'is no time that the calendar has'])
  if (from === undefined || until === undefined) return []
  const ms = Date.parse(until) - Date.parse(from)
  if (ms <= 0) return [['until', 'is not after from']]
  const mustEnd = kindShapes[kind].needs.some(([member]) => member === 'until')
  return mustEnd && ms > LONGEST_DAYS * DAY_MS ? [['until', `is more than ${LONGEST_DAYS} days after from`]] : []
}

const networkProblems = ({ networks = [] }: ContextEntry): readonly Problem[] =>
  networks.flatMap((network): readonly Problem[] => {
    const prefix = prefixOf(network)
    if (prefix === null) return [['networks', `${network} is no range of addresses, such as 198.51.100.0/24`]]
    const least = network.includes(':') ? LEAST_PREFIX.v6 : LEAST_PREFIX.v4
    return prefix < least ? [['networks', `${network} is wider than any organisation: /${least} at most`]] : []
  })

/** A pattern for everything is no knowledge, and what several signals make together is expected by nobody. */
function patternProblems({ kind, types = [], entities = [] }: ContextEntry): readonly Problem[] {
  const wide = types.filter((pattern) => !/^[A-Za-z]+:.*[A-Za-z]/.test(pattern))
  const sequences = types.filter((pattern) => kind === 'expected' && pattern.startsWith('AttackSequence:'))
  const anybody = entities.filter((pattern) => !/[A-Za-z0-9].*[A-Za-z0-9]/.test(pattern))
  return [
    ...wide.map((pattern): Problem => ['types', `${pattern} names no purpose with a resource, such as Recon:EC2/*`]),
    ...sequences.map((pattern): Problem => ['types', `${pattern}: an attack sequence is never expected`]),
    ...anybody.map((pattern): Problem => ['entities', `${pattern} names everybody`]),
    ...Object.entries({ types, entities }).flatMap(([member, patterns]) =>
      patterns.filter(isStarredInside).map((pattern): Problem => [member, `${pattern}: a * is for the end alone`]),
    ),
  ]
}

const isStarredInside = (pattern: string): boolean => pattern.slice(0, -1).includes('*')
