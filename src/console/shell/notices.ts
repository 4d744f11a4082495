import { effect, signal } from '@preact/signals'
import { hearEach } from './live.ts'
import { person } from './session.ts'

/** How this browser says that its person was paged; nothing at first. */
export const noticeWays = ['none', 'title', 'sound'] as const
export type NoticeWay = (typeof noticeWays)[number]

const KEPT_AS = 'cordon.notice'
const MARK = '● '
const TONES_HZ = [660, 880]
const TONE_S = 0.18
const LOUDNESS = 0.2

const keptWay = (): NoticeWay => noticeWays.find((way) => way === localStorage.getItem(KEPT_AS)) ?? 'none'

export const noticeWay = signal<NoticeWay>(keptWay())

export function chooseNotice(way: NoticeWay): void {
  localStorage.setItem(KEPT_AS, way)
  noticeWay.value = way
  if (way === 'sound') ring()
}

/** Says so when whoever is signed in is paged, until they look. */
export function noticePages(): void {
  hearEach(({ type, refs }) => {
    if (type !== 'page.sent' || refs['person'] !== person.peek()?.id || noticeWay.peek() === 'none') return
    isMarked.value = true
    if (noticeWay.peek() === 'sound') ring()
  })
  // Whoever does anything with the page has seen it.
  for (const sign of ['focus', 'pointerdown', 'keydown']) addEventListener(sign, () => (isMarked.value = false))
  effect(() => {
    const plain = document.title.replace(MARK, '')
    document.title = isMarked.value ? `${MARK}${plain}` : plain
  })
}

const isMarked = signal(false)

/** Two short tones. The browser may refuse before its page was touched; the mark in the title stays. */
function ring(): void {
  const audio = new AudioContext()
  for (const [index, frequency] of TONES_HZ.entries()) {
    const tone = new OscillatorNode(audio, { frequency })
    const volume = new GainNode(audio, { gain: LOUDNESS })
    tone.connect(volume).connect(audio.destination)
    tone.start(audio.currentTime + index * TONE_S)
    tone.stop(audio.currentTime + (index + 1) * TONE_S)
    if (index === TONES_HZ.length - 1) tone.onended = () => void audio.close()
  }
}
