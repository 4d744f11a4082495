import { sha256Hex } from '#audit/digest'

/** SHA-256, in hex, of the value’s JSON with sorted keys: the same for the same content, however it was written. */
export const contentDigest = (value: unknown): string => sha256Hex(Buffer.from(sortedJson(value)))

/** JSON with keys in code-unit order and no white space. Fractions are as JavaScript writes them (RFC 8785 does too). */
export function sortedJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null)
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return `{${members
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${sortedJson(member)}`)
    .join(',')}}`
}
