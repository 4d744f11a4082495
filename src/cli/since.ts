import { durationMs } from '#domain/durations'
import { wrongUsage } from './failure.ts'

/** The time that an option means: a duration back from now, or a time itself. Throws wrong usage. */
export function sinceOf(text: string): string {
  const ms = durationMs(text)
  const time = ms === null ? Date.parse(text) : Date.now() - ms
  if (Number.isNaN(time)) throw wrongUsage(`--since is a duration such as 30d, or a time, and “${text}” is neither`)
  return new Date(time).toISOString()
}
