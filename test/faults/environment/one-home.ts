import { afterAll, afterEach, beforeAll } from 'vitest'
import { type Home, newHome, prepare } from '../../e2e/installation.ts'
import { type Asking, askingOf } from './asking.ts'

/** What the tests of a file have together. */
export interface OneHome {
  readonly home: Home
  readonly asking: Asking
}

/** A home for the tests of the file that calls this, under `npm start`; what is switched on in its accounts is off again after each of them. */
export function oneHome(): OneHome {
  let opened: OneHome | undefined
  const here = (): OneHome => {
    if (opened === undefined) throw new Error('The home is there from the first test on')
    return opened
  }
  beforeAll(async () => {
    prepare()
    const home = await newHome()
    await home.start()
    opened = { home, asking: askingOf(home) }
  })
  afterEach(() => here().asking.heal())
  afterAll(async () => {
    await here().home.stop()
    here().home.remove()
  })
  return {
    get home() {
      return here().home
    },
    get asking() {
      return here().asking
    },
  }
}
