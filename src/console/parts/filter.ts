import { filterBy, place } from '#console/shell/place.ts'

/** What the address says of the filter, or the empty text. */
export const filterOf = (name: string): string => place.value.query.get(name) ?? ''

/** Puts the filters into the address; an empty one leaves it, and so does the page that was looked at. */
export function setFilters(changed: Readonly<Record<string, string>>): void {
  const query = new URLSearchParams(place.value.query)
  query.delete('cursor')
  for (const [name, value] of Object.entries(changed)) {
    if (value === '') query.delete(name)
    else query.set(name, value)
  }
  filterBy(query)
}
