import type { TargetedPointerEvent } from 'preact'
import { now } from '#console/shell/clock.ts'
import { texts } from '#console/texts/texts.ts'

let format: Intl.DateTimeFormat | undefined

/** In the reader's own zone. Made when it is first asked for, which takes a browser longer than to draw a screen of rows that says `3m ago`. */
function momentText(at: string): string {
  format ??= new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })
  return format.format(new Date(at))
}

/** Says the moment itself when somebody points at how far away it is. */
function sayMoment({ currentTarget }: TargetedPointerEvent<HTMLTimeElement>): void {
  const at = currentTarget.dateTime
  currentTarget.title = `${momentText(at)} · ${at}`
}

const relative = new Intl.RelativeTimeFormat(undefined, { style: 'narrow', numeric: 'always' })

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** A moment in the reader's own zone; the exact one is in the title. */
export const Time = ({ at }: { readonly at: string }) => (
  <time dateTime={at} title={at}>
    {momentText(at)}
  </time>
)

/** How long ago, in the largest unit that fits; the moment itself is said to whoever points at it. */
export const Ago = ({ at }: { readonly at: string }) => (
  <time dateTime={at} onPointerEnter={sayMoment}>
    {agoText(now.value - Date.parse(at))}
  </time>
)

function agoText(ms: number): string {
  if (ms < MINUTE_MS) return texts.justNow
  if (ms < HOUR_MS) return relative.format(-Math.floor(ms / MINUTE_MS), 'minute')
  if (ms < DAY_MS) return relative.format(-Math.floor(ms / HOUR_MS), 'hour')
  return relative.format(-Math.floor(ms / DAY_MS), 'day')
}

/** How long it still is, by the server’s clock, counting down. */
export const Countdown = ({ until }: { readonly until: string }) => {
  const left = Date.parse(until) - now.value
  return (
    <time class={left < URGENT_MS ? 'countdown urgent' : 'countdown'} dateTime={until} onPointerEnter={sayMoment}>
      {left <= 0 ? texts.isOver : durationText(left)}
    </time>
  )
}

const URGENT_MS = 5 * MINUTE_MS
const TWO = 2

/** `12:07`, `3:12:07` or `2 d 3 h`. */
export function durationText(ms: number): string {
  if (ms >= DAY_MS) return `${Math.floor(ms / DAY_MS)} d ${Math.floor((ms % DAY_MS) / HOUR_MS)} h`
  const [hours, minutes, seconds] = [ms / HOUR_MS, (ms % HOUR_MS) / MINUTE_MS, (ms % MINUTE_MS) / SECOND_MS].map(
    Math.floor,
  ) as [number, number, number]
  const twoOf = (number: number): string => String(number).padStart(TWO, '0')
  return hours > 0 ? `${hours}:${twoOf(minutes)}:${twoOf(seconds)}` : `${minutes}:${twoOf(seconds)}`
}
