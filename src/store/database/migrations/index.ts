import type { Migration } from 'kysely'
import { spine } from './0001-spine.ts'
import { investigation } from './0002-expand-investigation.ts'

/** Every migration by its name, in order; forward only. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-spine': spine,
  '0002-expand-investigation': investigation,
}
