import { render } from 'preact'
import { signIn } from './api.ts'
import { App } from './app.tsx'
import { listen } from './live.ts'
import { followLinks, go, place, takeToken } from './place.ts'

followLinks()
const token = takeToken()
if (token !== null) {
  const signedIn = await signIn(token)
  if (signedIn.ok && place.value.page === 'sign-in') go('/')
}
listen()
const root = document.getElementById('app')
if (root !== null) render(<App />, root)
