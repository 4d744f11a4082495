import type { Person } from './votes.ts'

/** What a person asks of others about an incident: to come and help, or to take it over. */
export const appealKinds = ['help', 'hand-over'] as const
export type AppealKind = (typeof appealKinds)[number]

/**
 * `open`: those who were asked have not answered; `unanswered`: a hand-over that nobody took in time, about which the ladder is climbed;
 * `accepted`: somebody came; `kept`: who held the incident keeps it; `ended`: the incident was closed first.
 */
export const appealStatuses = ['open', 'unanswered', 'accepted', 'kept', 'ended'] as const
export type AppealStatus = (typeof appealStatuses)[number]

/** Those about which people are still called. */
export const callingStatuses = ['open', 'unanswered'] as const satisfies readonly AppealStatus[]

/** Who can be asked. */
export interface Known {
  /** Everybody who has access. */
  readonly people: readonly Person[]
  /** Ids of those who had it once. */
  readonly disabled: readonly string[]
  /** Who is paged in whose place now. */
  readonly delegates: ReadonlyMap<string, string>
}

export interface Wanted {
  readonly kind: AppealKind
  /** A person’s id or, for help, a group. */
  readonly of: string
  readonly asker: string
}

export type Asked =
  | { readonly kind: 'asked'; readonly people: readonly string[] }
  | {
      readonly kind: 'refused'
      readonly code: 'person_unknown' | 'person_inactive' | 'group_empty' | 'unprocessable'
      readonly reason: string
    }

/** Whom an appeal pages: the person or everybody of the group who may look after incidents, and who stands for them; never the asker. */
export function peopleAsked(wanted: Wanted, known: Known): Asked {
  const { of, kind } = wanted
  const person = known.people.find(({ id }) => id === of)
  if (person !== undefined) return personAsked(wanted, person, known)
  if (known.disabled.includes(of)) return refused('person_inactive', `${of} has no access any more`)
  const members = known.people.filter(({ groups }) => groups.includes(of))
  if (kind === 'hand-over' || members.length === 0) return refused('person_unknown', unknownText(wanted))
  const people = present(
    members.filter(canAnswer).map(({ id }) => id),
    known,
  ).filter((id) => id !== wanted.asker)
  return people.length === 0
    ? refused('group_empty', `Nobody else in the group ${of} may look after incidents`)
    : { kind: 'asked', people }
}

function personAsked({ asker }: Wanted, person: Person, known: Known): Asked {
  if (!canAnswer(person)) return refused('unprocessable', `${person.id} may not look after incidents`)
  const people = present([person.id], known).filter((id) => id !== asker)
  return people.length === 0 ? refused('unprocessable', 'That would ask you yourself') : { kind: 'asked', people }
}

const canAnswer = ({ roles }: Person): boolean =>
  (roles.includes('responder') || roles.includes('approver')) && !roles.includes('machine')

/** A delegate who has no access any more, or may not answer, stands for nobody. */
function present(ids: readonly string[], { people, delegates }: Known): readonly string[] {
  const able = new Set(people.filter(canAnswer).map(({ id }) => id))
  const recipients = ids.map((id) => {
    const delegate = delegates.get(id)
    return delegate !== undefined && able.has(delegate) ? delegate : id
  })
  return [...new Set(recipients)].toSorted()
}

const unknownText = ({ of, kind }: Wanted): string =>
  kind === 'help' ? `There is no person and no group ${of}` : `There is no person ${of}`

const refused = (code: Extract<Asked, { kind: 'refused' }>['code'], reason: string): Asked => ({
  kind: 'refused',
  code,
  reason,
})

/** An appeal about which people are still called, as somebody answers. */
export interface CallingAppeal {
  readonly kind: AppealKind
  readonly status: (typeof callingStatuses)[number]
  readonly askedBy: string
  /** Whether the one who answers was called about it. */
  readonly isCalled: boolean
}

/**
 * What it means for an appeal that the person says to look after the incident. A hand-over is taken by whoever was asked and, once nobody of them came
 * in time, by anybody; who asked keeps the incident by saying so. Help is given by whoever was called, never by who asked.
 */
export function answerTo(
  { kind, status, askedBy, isCalled }: CallingAppeal,
  person: string,
): Extract<AppealStatus, 'accepted' | 'kept'> | null {
  if (person === askedBy) return kind === 'hand-over' ? 'kept' : null
  if (isCalled) return 'accepted'
  return kind === 'hand-over' && status === 'unanswered' ? 'accepted' : null
}
