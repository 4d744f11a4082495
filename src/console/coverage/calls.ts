import type { Coverage, Places } from '#api/schemas/coverage'
import type { Examination } from '#api/schemas/doctor'
import type { Sources } from '#api/schemas/sources'
import { type Answer, ask } from '#console/shell/ask.ts'

export type { Examination }
export type Place = Places['places'][number]
export type Source = Sources['sources'][number]

/** Everything that the page shows at once. */
export interface Covered extends Places, Sources, Pick<Coverage, 'days' | 'rereads'> {}

/** The first that is refused refuses all of it. */
export async function readCovered(): Promise<Answer<Covered>> {
  const [places, sources, coverage] = await Promise.all([
    ask<Places>('/api/coverage/places'),
    ask<Sources>('/api/sources'),
    ask<Coverage>('/api/coverage'),
  ])
  if (!places.ok) return places
  if (!sources.ok) return sources
  if (!coverage.ok) return coverage
  const { days, rereads } = coverage.value
  return { ok: true, value: { ...places.value, ...sources.value, days, rereads } }
}

export const examine = () => ask<Examination>('/api/doctor')
