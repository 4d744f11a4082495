import { render } from 'preact'
import { signIn } from './people/calls.ts'
import { App } from './shell/app.tsx'
import { listen } from './shell/live.ts'
import { followLinks, go, place, takeToken } from './shell/place.ts'

followLinks()
const token = takeToken()
if (token !== null) {
  const signedIn = await signIn(token)
  if (signedIn.ok && place.value.name === 'signIn') go('/')
}
listen()
const root = document.getElementById('app')
if (root !== null) render(<App />, root)
