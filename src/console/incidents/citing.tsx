import { type Signal, useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { Absent } from '#console/parts/absent.tsx'
import { Checks, LineField } from '#console/parts/field.tsx'
import { Time } from '#console/parts/time.tsx'
import { texts } from '#console/texts/texts.ts'
import { type Piece, usePieces } from './pieces.ts'

const { citing: said } = texts

interface CitingProps {
  readonly incident: string
  readonly label: string
  readonly hint?: string
  readonly chosen: Signal<readonly string[]>
}

/** So many are seen at one look. */
const FEW = 8

/** What of the incident’s record a sentence rests on: its findings and its evidence, to tick. Long lists are filtered by what somebody types. */
export function Citing({ incident, chosen, ...labelled }: CitingProps) {
  const { pieces, beyond, refusal } = usePieces(incident)
  const filter = useSignal('')
  if (pieces === null) return <Absent refusal={refusal} />
  const shown = pieces.filter((piece) => chosen.value.includes(piece.id) || fits(piece, filter.value))
  return (
    <>
      {pieces.length > FEW && <Filter text={filter} shown={shown.length} of={pieces.length} />}
      <div class="citing">
        <Checks {...labelled} chosen={chosen} options={shown.map((one) => [one.id, <Described piece={one} />])} />
      </div>
      {beyond > 0 && <p class="quiet">{said.beyond(beyond)}</p>}
    </>
  )
}

interface FilterProps {
  readonly text: Signal<string>
  readonly shown: number
  readonly of: number
}

/** Enter would send the form that it stands in. */
const Filter = ({ text, shown, of }: FilterProps) => (
  <div onKeyDown={(event) => event.key === 'Enter' && event.preventDefault()}>
    <LineField type="search" label={said.filter} text={text} />
    <p class="quiet" role="status">
      {said.shown(shown, of)}
    </p>
  </div>
)

const Described = ({ piece: { id, title, source, at } }: { readonly piece: Piece }) => (
  <>
    {title}{' '}
    <span class="quiet">
      {source !== '' && `· ${source} `}· <Time at={at} /> · <code>{id}</code>
    </span>
  </>
)

/** Every word of it somewhere, in any order. */
const fits = ({ id, title, source, at }: Piece, filter: string): boolean => {
  const told = `${id} ${title} ${source} ${at}`.toLowerCase()
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => told.includes(word))
}

interface CitationsProps {
  readonly incident: string
  readonly children: (pieces: readonly Piece[]) => ComponentChildren
}

/** Reads what a list of sentences rests on, once for all of them. */
export const Citations = ({ incident, children }: CitationsProps) => <>{children(usePieces(incident).pieces ?? [])}</>

interface CitedProps {
  readonly pieces: readonly Piece[]
  /** Ids, and keys of findings with or without what of them is meant: `key#member`. */
  readonly ids: readonly string[]
}

/** What a sentence rests on, by its title as far as it is known here; the id is always shown. */
export const Cited = ({ pieces, ids }: CitedProps) => (
  <ul class="cited">
    {ids.map((id) => (
      <li key={id}>
        {titleOf(pieces, id)} <code>{id}</code>
      </li>
    ))}
  </ul>
)

const titleOf = (pieces: readonly Piece[], id: string): string | undefined =>
  pieces.find((piece) => id === piece.id || id.startsWith(`${piece.id}#`))?.title
