import { render } from 'preact'
import { signIn } from './people/calls.ts'
import { App } from './shell/app.tsx'
import { takeAskedAhead } from './shell/ask.ts'
import { followKeys } from './shell/keys.ts'
import { noticePages } from './shell/notices.ts'
import { followLinks, go, place, takeToken } from './shell/place.ts'
import { takeWayBack } from './shell/way-back.ts'

followLinks()
followKeys()
noticePages()
const opened = place.value
const token = takeToken()
const isSignedInAnew = token !== null && (await signIn(token)).ok
if (isSignedInAnew && opened.name === 'signIn') go('/')
const back = place.value.name === 'now' ? takeWayBack() : null
if (back !== null) go(back)
if (isSignedInAnew || back !== null) await takeAskedAhead(opened)
const root = document.getElementById('app')
if (root !== null) render(<App />, root)
