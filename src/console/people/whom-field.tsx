import type { Signal } from '@preact/signals'
import { useId } from 'preact/hooks'
import { LineField } from '#console/parts/field.tsx'
import { useReading } from '#console/shell/read.ts'
import { person } from '#console/shell/session.ts'
import { type PersonRow, readPeople } from './calls.ts'

const LONGEST_NAME = 128
const REST_MS = 60_000

type Suggestion = readonly [value: string, text: string]

const peopleIn = (people: readonly PersonRow[]): readonly Suggestion[] =>
  people
    .filter(({ id, roles }) => id !== person.value?.id && !roles.includes('machine'))
    .map(({ id, name, groups }) => [id, [name, ...groups].join(', ')])

const groupsIn = (people: readonly PersonRow[]): readonly Suggestion[] =>
  [...new Set(people.flatMap(({ groups }) => groups))].map((group) => [
    group,
    people.flatMap(({ name, groups }) => (groups.includes(group) ? [name] : [])).join(', '),
  ])

const suggested = {
  people: peopleIn,
  'people and groups': (people: readonly PersonRow[]) => [...peopleIn(people), ...groupsIn(people)],
} as const

interface WhomProps {
  readonly label: string
  readonly hint?: string
  readonly text: Signal<string>
  readonly among: keyof typeof suggested
}

/** Who is asked: suggested by id with their names, whatever part of either is typed. It works without the suggestions, too. */
export function WhomField({ among, ...field }: WhomProps) {
  const list = useId()
  const { value } = useReading(readPeople, { leastRestMs: REST_MS })
  return (
    <>
      <LineField {...field} list={list} maxLength={LONGEST_NAME} autocomplete="off" required />
      <datalist id={list}>
        {suggested[among](value.value?.people ?? []).map(([id, text]) => (
          <option key={id} value={id}>
            {text}
          </option>
        ))}
      </datalist>
    </>
  )
}
