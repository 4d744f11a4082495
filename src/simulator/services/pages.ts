import { fault } from './absent.ts'

/** A part of a list, and where the next one begins. */
export interface Page<Item> {
  readonly items: readonly Item[]
  readonly next: string | undefined
}

/** Cuts a page out of a list; the marker is the opaque position at which it begins. */
export function pageOf<Item>(
  items: readonly Item[],
  page: { readonly marker: string | undefined; readonly size: number },
): Page<Item> {
  const start = page.marker === undefined ? 0 : Number(Buffer.from(page.marker, 'base64url').toString('latin1'))
  if (!Number.isInteger(start) || start < 0) throw fault('ValidationError', 'The marker is not valid.')
  const end = start + page.size
  return {
    items: items.slice(start, end),
    next: end < items.length ? Buffer.from(String(end)).toString('base64url') : undefined,
  }
}
