import { useEffect, useRef } from 'preact/hooks'
import { texts } from '#console/texts/texts.ts'
import { signOut } from './ask.ts'
import { happened, hush, isLive } from './live.ts'
import { account, type Destination, destinations } from './navigation.ts'
import { NoticeChoice } from './notice-choice.tsx'
import { go, place } from './place.ts'
import { hasExpired, left, me } from './session.ts'
import { approvalsWaiting, waiting } from './waiting.ts'

/** The build gives it a name by its content. */
const favicon = new URL('../favicon.svg', import.meta.url).href

export const Head = () => (
  <header>
    {me() !== null && (
      <button type="button" class="menu-button" popovertarget="menu" aria-label={texts.menu}>
        <span aria-hidden="true">☰</span>
      </button>
    )}
    <a class="brand" href="/">
      <img src={favicon} alt="" width="24" height="24" />
      {texts.product}
    </a>
    <Connection />
    <span class="spring" />
    {me() === null ? <a href="/sign-in">{texts.signIn}</a> : <Count />}
  </header>
)

/** Whether what is shown is what is. */
function Connection() {
  const text = me() === null ? '' : hasExpired.value ? texts.signedOut : isLive.value ? texts.live : texts.away
  return (
    <span class={isLive.value && !hasExpired.value ? 'live' : 'away'} role="status">
      {text}
    </span>
  )
}

function Count() {
  const count = approvalsWaiting()
  const [first] = waiting.value?.approvals ?? []
  if (count === 0 || first === undefined) return null
  return (
    <a class="count" href={count === 1 ? `/plans/${first.plan}` : '/'}>
      {texts.voteWaits(count)}
    </a>
  )
}

/** Beside the page on a wide screen, and a popover on a narrow one. */
export function Menu() {
  const element = useRef<HTMLElement>(null)
  const { name } = place.value
  useEffect(() => {
    if (element.current?.matches(':popover-open') === true) element.current.hidePopover()
  }, [place.value])
  const who = me()
  if (who === null) return null
  return (
    <nav id="menu" popover="auto" ref={element} aria-label={texts.menu}>
      <ul>
        {destinations.map((one) => (
          <Item key={one.href} destination={one} current={name} />
        ))}
      </ul>
      <div class="own">
        <a href={account.href} aria-current={account.place === name ? 'page' : undefined}>
          {who.name}
        </a>
        <NoticeChoice />
        <button type="button" class="plain keys-button" data-keys>
          {texts.keys.title} <kbd>?</kbd>
        </button>
        <button type="button" onClick={() => void leave()}>
          {texts.signOut}
        </button>
      </div>
    </nav>
  )
}

interface ItemProps {
  readonly destination: Destination
  readonly current: string
}

const Item = ({ destination: { href, text, place: to, key }, current }: ItemProps) => (
  <li>
    <a href={href} aria-current={to === current ? 'page' : undefined} aria-keyshortcuts={key && `g ${key}`}>
      {text}
    </a>
  </li>
)

async function leave(): Promise<void> {
  await signOut()
  hush()
  left()
  happened.value += 1
  go('/sign-in')
}
