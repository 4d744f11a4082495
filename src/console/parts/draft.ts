import { effect, type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'

/** At once, and not with the next frame: a page may be left before there is one. */
const useAtOnce = (work: () => void): void => useEffect(() => effect(work), [])

/** A text that somebody types, kept for this tab under a name until it was sent: a page that is loaded again has it. */
export function useDraft(name: string, begin = ''): Signal<string> {
  const key = `cordon.draft.${name}`
  const text = useSignal(sessionStorage.getItem(key) ?? begin)
  useAtOnce(() => {
    if (text.value === begin) sessionStorage.removeItem(key)
    else sessionStorage.setItem(key, text.value)
  })
  return text
}

const BETWEEN = '\n'

/** The same of what somebody ticks in a list. */
export function useDraftChoice(name: string): Signal<readonly string[]> {
  const text = useDraft(name)
  const chosen = useSignal<readonly string[]>(text.peek().split(BETWEEN).filter(Boolean))
  useAtOnce(() => void (text.value = chosen.value.join(BETWEEN)))
  return chosen
}
