import { place } from '#console/shell/place.ts'
import { texts } from '#console/texts/texts.ts'

interface OlderProps {
  readonly next: string | null
  readonly labels?: { readonly next: string; readonly first: string }
}

const usual = { next: texts.received.older, first: texts.received.newest }

/** The way to the next page of a list by its address, and back to the first. */
export const Older = ({ next, labels = usual }: OlderProps) => (
  <p class="buttons">
    {place.value.query.has('cursor') && <a href={addressWith(null)}>{labels.first}</a>}
    {next !== null && <a href={addressWith(next)}>{labels.next}</a>}
  </p>
)

function addressWith(cursor: string | null): string {
  const query = new URLSearchParams(place.value.query)
  if (cursor === null) query.delete('cursor')
  else query.set('cursor', cursor)
  return `${location.pathname}?${query}`
}
