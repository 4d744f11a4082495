import type { ComponentChildren } from 'preact'
import { AccountPage } from './account-page.tsx'
import { readMe, signOut } from './api.ts'
import { ChangePage } from './change-page.tsx'
import { ChangesPage } from './changes-page.tsx'
import { FreezePage } from './freeze-page.tsx'
import { IncidentPage } from './incident-page.tsx'
import { IncidentsPage } from './incidents-page.tsx'
import { happened, hush, isLive } from './live.ts'
import { go, place, setUpToken } from './place.ts'
import { PlanPage } from './plan-page.tsx'
import { useReading } from './read.ts'
import { SetUpPage } from './set-up-page.tsx'
import { SignInPage } from './sign-in-page.tsx'
import { texts } from './texts.ts'

/** The build gives it a name by its content. */
const favicon = new URL('./favicon.svg', import.meta.url).href

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
      <nav>
        {person === undefined ? (
          <a href="/sign-in">{texts.signIn}</a>
        ) : (
          <>
            <a href="/changes">{texts.changes}</a>
            <a href="/freeze">{texts.freeze}</a>
            <a href="/account">{person.name}</a>
            <button type="button" onClick={() => void leave()}>
              {texts.signOut}
            </button>
          </>
        )}
      </nav>
    </header>
  )
}

async function leave(): Promise<void> {
  await signOut()
  hush()
  happened.value += 1
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
    case 'set-up':
      return <SetUpPage token={setUpToken} />
    case 'account':
      return <AccountPage />
    case 'changes':
      return <ChangesPage />
    case 'change':
      return <ChangePage key={here.id} id={here.id} />
    case 'freeze':
      return <FreezePage />
    case 'unknown':
      return <p>{texts.notFound}</p>
  }
}
