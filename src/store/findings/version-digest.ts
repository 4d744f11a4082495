import { contentDigest } from '#store/log/digest'

/** Producers write the same version with other capitals in other channels. */
export const versionDigest = (raw: Readonly<Record<string, unknown>>): string => contentDigest(folded(raw))

function folded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(folded)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([, member]) => member !== null)
  return Object.fromEntries(kept.map(([key, member]) => [key.toLowerCase(), folded(member)]))
}
