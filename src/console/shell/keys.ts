import { signal } from '@preact/signals'
import { account, destinations } from './navigation.ts'
import { go } from './place.ts'
import { person } from './session.ts'

/** Whether the list of keys is shown. */
export const areKeysShown = signal(false)

const SECOND_KEY_WITHIN_MS = 1500
const ROW = 'main [data-row] a[href], main a[href][data-row]'
const SEARCH = 'main input[type="search"]'

/** Until when a letter after `g` goes somewhere. */
let goingUntil = 0

/** What the keyboard does on every page. Letters that somebody types into a field are theirs. */
export function followKeys(): void {
  addEventListener('keydown', (event) => {
    if ((person.peek() ?? null) === null || isTyping(event) || document.querySelector('dialog[open]') !== null) return
    if (press(event.key)) event.preventDefault()
  })
  addEventListener('click', ({ target }) => {
    if (target instanceof Element && target.closest('[data-keys]') !== null) areKeysShown.value = true
  })
}

const isTyping = ({ target, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean =>
  ctrlKey ||
  metaKey ||
  altKey ||
  (target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null)

/** Whether the key was meant for us. */
function press(key: string): boolean {
  const isGoing = performance.now() < goingUntil
  goingUntil = 0
  if (isGoing) return goTo(key)
  const act = acts[key]
  if (act === undefined) return pressButton(key)
  act()
  return true
}

/** Presses what the page has under the letter. */
function pressButton(key: string): boolean {
  const button = [...document.querySelectorAll<HTMLElement>('main button[data-key]')].find(
    ({ dataset }) => dataset['key'] === key,
  )
  button?.click()
  return button !== undefined
}

function goTo(key: string): boolean {
  const there = [...destinations, account].find((one) => one.key === key)
  if (there === undefined) return false
  go(there.href)
  return true
}

const acts: Readonly<Record<string, () => void>> = {
  g: () => (goingUntil = performance.now() + SECOND_KEY_WITHIN_MS),
  j: () => step(1),
  k: () => step(-1),
  '/': () => search(),
  '?': () => (areKeysShown.value = true),
}

/** The next row of the page, or the one before; Enter opens it, as it does any link. */
function step(by: 1 | -1): void {
  const rows = firstOfEach([...document.querySelectorAll<HTMLElement>(ROW)])
  const here = rows.findIndex((row) => rowOf(row).contains(document.activeElement))
  const next = rows[here === -1 ? (by === 1 ? 0 : rows.length - 1) : here + by]
  next?.focus()
  next?.scrollIntoView({ block: 'nearest' })
}

const rowOf = (link: HTMLElement): Element => link.closest('[data-row]') ?? link

const firstOfEach = (links: readonly HTMLElement[]): readonly HTMLElement[] =>
  links.filter((link, index) => index === 0 || rowOf(link) !== rowOf(links[index - 1] ?? link))

function search(): void {
  const field = document.querySelector<HTMLInputElement>(SEARCH)
  if (field === null) return go('/incidents?search=')
  field.focus()
  field.select()
}
