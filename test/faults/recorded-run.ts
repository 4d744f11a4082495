import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { FaultRun } from './run.ts'

export const recordedDrills = ['stolen-access-key', 'mining-instance'] as const
export type RecordedDrill = (typeof recordedDrills)[number]

/** A run of each drill without faults, and another one as its twin. `npm run record-runs` plays them anew. */
const fileOf = (drill: RecordedDrill, which: 'run' | 'twin'): string =>
  fileURLToPath(new URL(`recorded/${drill}.${which}.json.gz`, import.meta.url))

export const recordedRun = (drill: RecordedDrill, which: 'run' | 'twin'): FaultRun =>
  JSON.parse(gunzipSync(readFileSync(fileOf(drill, which))).toString()) as FaultRun

export function keepRun(drill: RecordedDrill, which: 'run' | 'twin', run: FaultRun): void {
  mkdirSync(fileURLToPath(new URL('recorded', import.meta.url)), { recursive: true })
  writeFileSync(fileOf(drill, which), gzipSync(JSON.stringify(run), { level: 9 }))
}
