import { CONSOLE, type ConfiguredChannel, routeOf } from './channels.ts'
import type { Policy } from './policy.ts'
import type { Person } from './votes.ts'

type Rung = Policy['ladder'][number]

/** What of a ladder cannot work as it is written: people nobody knows, channels that are not there, people without an address. */
export const ladderGaps = (
  ladder: Policy['ladder'],
  people: readonly Person[],
  configured: readonly ConfiguredChannel[],
): readonly string[] => [
  ...new Set(ladder.flatMap((rung) => [...unknownPeople(rung, people), ...absentChannels(rung, configured)])),
  ...new Set(ladder.flatMap((rung) => withoutAddress(rung, people, configured))),
]

/** Whom a level calls and nobody knows. */
export const unknownPeople = ({ level, people }: Rung, known: readonly Person[]): readonly string[] =>
  people
    .filter((id) => !known.some((person) => person.id === id))
    .map((id) => `Level ${level} of the ladder names ${id}, whom Cordon does not know`)

const absentChannels = ({ level, channels = [] }: Rung, configured: readonly ConfiguredChannel[]): readonly string[] =>
  channels
    .filter((name) => name !== CONSOLE && !configured.some((channel) => channel.name === name))
    .map((name) => `Level ${level} of the ladder names the channel ${name}, which is not set up`)

function withoutAddress(
  { people, channels }: Rung,
  known: readonly Person[],
  configured: readonly ConfiguredChannel[],
): readonly string[] {
  const { preferred, others } = routeOf(
    channels,
    configured.map(({ name }) => name),
  )
  const used = configured.filter(({ name }) => preferred.includes(name) || others.includes(name))
  if (used.length === 0 || used.some(({ isByAddress }) => !isByAddress)) return []
  return known
    .filter(({ id, email }) => people.includes(id) && email === undefined)
    .map(({ id }) => `${id} is on the ladder and has no e-mail address`)
}
