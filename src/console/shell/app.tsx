import { texts } from '#console/texts/texts.ts'
import { readMe, signOut } from './ask.ts'
import { happened, hush, isLive } from './live.ts'
import { destinations } from './navigation.ts'
import { go, place } from './place.ts'
import { useReading } from './read.ts'
import { ShownPage } from './shown-page.tsx'

/** The build gives it a name by its content. */
const favicon = new URL('../favicon.svg', import.meta.url).href

export const App = () => (
  <>
    <a class="skip" href="#content">
      {texts.skip}
    </a>
    <Header />
    <main id="content">
      <ShownPage />
    </main>
  </>
)

function Header() {
  const { value, refusal } = useReading(readMe)
  const person = refusal.value === null ? value.value?.person : undefined
  return (
    <header>
      <a class="brand" href="/">
        <img src={favicon} alt="" width="24" height="24" />
        {texts.product}
      </a>
      <span class={isLive.value ? 'live' : 'away'} role="status">
        {person === undefined ? '' : isLive.value ? texts.live : texts.away}
      </span>
      {person === undefined ? (
        <nav>
          <a href="/sign-in">{texts.signIn}</a>
        </nav>
      ) : (
        <Navigation name={person.name} />
      )}
    </header>
  )
}

const Navigation = ({ name }: { readonly name: string }) => (
  <nav>
    {destinations.map((one) => (
      <a key={one.href} href={one.href} aria-current={one.place === place.value.name ? 'page' : undefined}>
        {one.text}
      </a>
    ))}
    <a href="/account">{name}</a>
    <button type="button" onClick={() => void leave()}>
      {texts.signOut}
    </button>
  </nav>
)

async function leave(): Promise<void> {
  await signOut()
  hush()
  happened.value += 1
  go('/sign-in')
}
