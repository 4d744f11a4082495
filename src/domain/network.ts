/** A range of addresses, as CIDR writes it. Source: RFC 4632, RFC 4291. */
interface Network {
  readonly bits: 32 | 128
  readonly first: bigint
  readonly prefix: number
}

const OCTET = /^(0|[1-9]\d{0,2})$/
const GROUP = /^[0-9a-f]{1,4}$/i
const PREFIX = /^(0|[1-9]\d{0,2})$/

/** Whether the address lies in the range. What cannot be read lies in none. */
export function liesIn(address: string, cidr: string): boolean {
  const [one, range] = [networkIn(address), networkIn(cidr)]
  if (one === null || range === null || one.bits !== range.bits || one.prefix !== one.bits) return false
  const shift = BigInt(range.bits - range.prefix)
  return one.first >> shift === range.first >> shift
}

/** How many leading bits the range fixes; null for a text that is none. */
export const prefixOf = (cidr: string): number | null => networkIn(cidr)?.prefix ?? null

function networkIn(text: string): Network | null {
  const [address = '', prefixText, ...rest] = text.split('/')
  const read = address.includes(':') ? v6(address) : v4(address)
  if (read === null || rest.length > 0 || (prefixText !== undefined && !PREFIX.test(prefixText))) return null
  const prefix = prefixText === undefined ? read.bits : Number(prefixText)
  return prefix > read.bits ? null : { ...read, prefix }
}

function v4(address: string): Omit<Network, 'prefix'> | null {
  const octets = address.split('.')
  if (octets.length !== 4 || octets.some((octet) => !OCTET.test(octet) || Number(octet) > 255)) return null
  return { bits: 32, first: octets.reduce((sum, octet) => sum * 256n + BigInt(octet), 0n) }
}

function v6(address: string): Omit<Network, 'prefix'> | null {
  const [head = '', tail, ...rest] = address.split('::')
  if (rest.length > 0) return null
  const [before, after] = [groupsOf(head), groupsOf(tail ?? '')]
  const missing = 8 - before.length - after.length
  if (tail === undefined ? missing !== 0 : missing < 1) return null
  const groups = [...before, ...Array.from({ length: missing }, () => '0'), ...after]
  if (groups.some((group) => !GROUP.test(group))) return null
  return { bits: 128, first: groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n) }
}

const groupsOf = (text: string): readonly string[] => (text === '' ? [] : text.split(':'))
