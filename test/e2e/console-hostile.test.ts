import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { visibleText } from '#domain/visible-text'
import { turnSaid } from '../support/turn.ts'
import { addressOf, places, settled, unfolded } from './console-addresses.ts'
import { EVERYTHING, type Furnished, furnish, type Words } from './console-furnished.ts'
import { type ConsoleWorld, openConsole, picture, signIn, type Visit } from './console-world.ts'
import { hostileTexts, MARK, TRACE, textsInTurn } from './hostile-texts.ts'

process.stdout.write(`${textsInTurn.length} of ${hostileTexts.length} hostile texts: ${turnSaid}\n`)

let the: ConsoleWorld
let made: Furnished
let visit: Visit
/** What a text could do that is more than to be read. */
const harm: string[] = []

/** The next text that fits in each place; all of them are comments besides. */
const left = [...textsInTurn]
const nextText: Words = (_usual, longest = 4096) => {
  const at = left.findIndex((text) => text.length <= longest)
  return at === -1 ? 'none is left' : (left.splice(at, 1)[0] ?? '')
}

beforeAll(async () => {
  the = await openConsole()
  await the.world.owner
    .updateTable('account')
    .set({ name: nextText('shop') })
    .execute()
  made = await furnish(the.world, nextText)
  for (const text of textsInTurn) await comment(text)
  visit = await the.visit()
  await watch(visit)
  await signIn(visit.page, the.url, EVERYTHING)
})
afterAll(() => the?.close())

async function comment(text: string): Promise<void> {
  const { status, body } = await the.world.call('POST', `/api/incidents/${made.investigation}/comments`, 'responder', {
    text,
  })
  if (status >= 400) throw new Error(`${JSON.stringify(text)}: ${JSON.stringify(body)}`)
}

/** Hears every request, window and breach of the page’s policy. */
async function watch({ page }: Visit): Promise<void> {
  page.context().on('request', (request) => {
    if (new URL(request.url()).origin !== the.url) harm.push(`asked ${request.url()}`)
  })
  page.context().on('page', (other) => harm.push(`opened ${other.url()}`))
  page.on('dialog', (dialog) => {
    harm.push(`said ${dialog.message()}`)
    void dialog.dismiss()
  })
  await page.exposeFunction('breached', (text: string) => harm.push(`breached ${text}`))
  await page.addInitScript(
    `addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => breached(violatedDirective + ' ' + blockedURI))`,
  )
}

// As texts: they are the browser’s programs, not ours.
const activeMarkup = `(() => {
  const all = [...document.querySelectorAll('*')]
  const isActive = ({ name, value }) =>
    /^on/i.test(name) || name === 'style' || name === '${MARK}' || name === 'srcdoc' || /^\\s*(javascript|data|vbscript):/i.test(value)
  const isForeign = (one) => one.href !== undefined && typeof one.href === 'string' && one.href !== '' && new URL(one.href).origin !== origin
  const found = all.filter((one) => [...one.attributes].some(isActive) || isForeign(one) ||
    one.matches('main :is(script, iframe, object, embed, base, meta, link, style, template, math)'))
  return [...found.map((one) => one.outerHTML.slice(0, 200)), ...(window.${TRACE} === undefined ? [] : ['a script of a text ran'])]
})()`
const shownText = `(() => {
  return document.title + ' ' + document.body.textContent + ' ' +
    [...document.querySelectorAll('input, textarea')].map(({ value }) => value).join(' ')
})()`

const plain = (text: string): string => text.replaceAll(/\s+/gu, ' ').trim()

describe('500 texts that try to be more', () => {
  const seen = new Set<string>()

  it('are 500 different ones', () => {
    expect(new Set(hostileTexts).size).toBe(500)
  })

  it.each(places)('make nothing active on the page %s, and ask nobody for anything', async (place) => {
    const { page } = visit
    await page.goto(`${the.url}${addressOf(place, made)}`)
    await settled(page)
    await unfolded(page)
    const shown = plain((await page.evaluate(shownText)) as string)
    for (const text of textsInTurn) if (shown.includes(plain(visibleText(text)))) seen.add(text)
    await page.locator('main').click({ position: { x: 1, y: 1 } })
    expect(await page.evaluate(activeMarkup)).toEqual([])
    expect(harm).toEqual([])
    await picture(page, `hostile-${place}`)
  })

  it('were all shown, exactly as they are, with what is unseen made visible', () => {
    expect(textsInTurn.filter((text) => !seen.has(text)).map((text) => text.slice(0, 80))).toEqual([])
  })
})
