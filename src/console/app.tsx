import type { ComponentChildren } from 'preact'
import { signOut } from './api.ts'
import favicon from './favicon.svg'
import { IncidentPage } from './incident-page.tsx'
import { IncidentsPage } from './incidents-page.tsx'
import { hush, isLive } from './live.ts'
import { go, place } from './place.ts'
import { PlanPage } from './plan-page.tsx'
import { SignInPage } from './sign-in-page.tsx'
import { texts } from './texts.ts'

export const App = () => (
  <>
    <a class="skip" href="#content">
      {texts.skip}
    </a>
    <Header />
    <main id="content">
      <Page />
    </main>
  </>
)

const Header = () => (
  <header>
    <a class="brand" href="/">
      <img src={favicon} alt="" width="24" height="24" />
      {texts.product}
    </a>
    <span class={isLive.value ? 'live' : 'away'} role="status">
      {isLive.value ? texts.live : texts.away}
    </span>
    <nav>
      <a href="/sign-in">{texts.signIn}</a>
      <button type="button" onClick={() => void leave()}>
        {texts.signOut}
      </button>
    </nav>
  </header>
)

async function leave(): Promise<void> {
  await signOut()
  hush()
  go('/sign-in')
}

function Page(): ComponentChildren {
  const here = place.value
  switch (here.page) {
    case 'incidents':
      return <IncidentsPage />
    case 'incident':
      return <IncidentPage key={here.id} id={here.id} />
    case 'plan':
      return <PlanPage key={here.hash} hash={here.hash} />
    case 'sign-in':
      return <SignInPage />
    case 'unknown':
      return <p>{texts.notFound}</p>
  }
}
