import type { Locator } from 'playwright-core'

/** How somebody uses a page: what they press, and where they type. */
export interface Hands {
  readonly press: (target: Locator) => Promise<void>
  readonly type: (target: Locator, text: string) => Promise<void>
}

export const mouse: Hands = {
  press: (target) => target.click(),
  type: (target, text) => target.fill(text),
}

const MOST_TABS = 400

/** Nothing but keys: Tab until it is reached, then Enter, as whoever has no pointer does it. */
export const keyboard: Hands = {
  async press(target) {
    await reach(target)
    await target.page().keyboard.press('Enter')
  },
  async type(target, text) {
    await reach(target)
    await target.page().keyboard.type(text)
  },
}

async function reach(target: Locator): Promise<void> {
  await target.waitFor()
  for (let tabs = 0; tabs < MOST_TABS; tabs += 1) {
    if ((await target.and(target.page().locator(':focus')).count()) > 0) return
    await target.page().keyboard.press('Tab')
  }
  throw new Error(`The keyboard does not reach ${String(target)}`)
}
