import { type Answer, type Me, readMe } from '#console/shell/ask.ts'
import { happened } from '#console/shell/live.ts'
import { useReading } from '#console/shell/read.ts'

let last: { readonly turn: number; readonly answer: Promise<Answer<Me>> } | null = null

/** Asked once for all parts of a page. */
function readMeOnce(): Promise<Answer<Me>> {
  if (last?.turn !== happened.value) last = { turn: happened.value, answer: readMe() }
  return last.answer
}

/** Who looks at the page; null before it is known. */
export function useMe(): Me['person'] | null {
  const { value } = useReading(readMeOnce)
  return value.value?.person ?? null
}

/** Whether the reader has one of the roles: what nobody may do is not offered to them. The api decides. */
export function useMay(...roles: readonly string[]): boolean {
  return useMe()?.roles.some((role) => roles.includes(role)) ?? false
}
