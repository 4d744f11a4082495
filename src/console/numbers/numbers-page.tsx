import { Absent } from '#console/parts/absent.tsx'
import { Choice, Title } from '#console/parts/sheet.tsx'
import { spanText } from '#console/parts/span-text.ts'
import { place } from '#console/shell/place.ts'
import { useReading } from '#console/shell/read.ts'
import { texts as all } from '#console/texts/texts.ts'
import { Answered } from './answered.tsx'
import { fileOf, type Numbers, type ResponseTime, readNumbers } from './calls.ts'
import { Daily } from './daily.tsx'
import { Histogram } from './histogram.tsx'
import { Load, Noise, Rules } from './rankings.tsx'
import './style.css'

const texts = all.numbers
const REST_MS = 5000
const windows = [7, 30, 90]

/** How fast, how much and by whom, over a window that ends now. */
export function NumbersPage() {
  const { value, refusal } = useReading(() => readNumbers(place.value.query), {
    about: place.value.query.toString(),
    leastRestMs: REST_MS,
  })
  const numbers = value.value
  if (refusal.value !== null || numbers === null) return <Absent refusal={refusal.value} />
  return (
    <>
      <Title text={texts.title} hint={texts.hint} />
      <Asked numbers={numbers} />
      <h2>{texts.times}</h2>
      <div class="cards">
        {numbers.times.map((time) => (
          <Time key={time.name} time={time} numbers={numbers} />
        ))}
      </div>
      <p class="quiet">{texts.referenceIs(spanText(numbers.reference.seconds), numbers.reference.source)}</p>
      <h2>{texts.answered}</h2>
      <p class="quiet">
        {texts.received(numbers.answered.received)}. {texts.answeredHint}
      </p>
      <Answered answered={numbers.answered} />
      <h2>{texts.daily}</h2>
      <Daily daily={numbers.daily} days={numbers.days} />
      <Noise noise={numbers.noise} />
      <Rules rules={numbers.rules} />
      <Load load={numbers.load} zone={numbers.zone} />
    </>
  )
}

function Asked({ numbers: { days, drills, drillIncidents } }: { readonly numbers: Numbers }) {
  const isCounted = drills === 'counted'
  const address = (of: number, counted: boolean) => `/numbers?days=${of}${counted ? '&drills=counted' : ''}`
  return (
    <div class="bar">
      <Choice
        label={texts.window}
        options={windows.map((one) => ({
          href: address(one, isCounted),
          text: texts.days(one),
          isChosen: one === days,
        }))}
      />
      {drillIncidents > 0 && (
        <span class="quiet">
          {isCounted ? texts.drillsCounted(drillIncidents) : texts.drillsLeftOut(drillIncidents)}{' '}
          <a href={address(days, !isCounted)}>{isCounted ? texts.leaveOut : texts.countDrills}</a>
        </span>
      )}
      <a class="download" href={fileOf(place.value.query)} download>
        {texts.download}
      </a>
    </div>
  )
}

const measures = ['p50', 'p95', 'p99', 'longest'] as const

function Time({ time, numbers }: { readonly time: ResponseTime; readonly numbers: Numbers }) {
  const isDecision = time.name === 'decide'
  return (
    <section class="card">
      <h3>{texts.names[time.name]}</h3>
      {time.count === 0 ? (
        <p class="quiet">{texts.none}</p>
      ) : (
        <>
          <dl class="measures">
            {measures.map((name) => (
              <div key={name}>
                <dt>{texts.measures[name]}</dt>
                <dd>{spanText(time[name] ?? 0)}</dd>
              </div>
            ))}
          </dl>
          <Histogram time={time} bounds={numbers.bounds} line={isDecision ? numbers.reference.seconds : null} />
        </>
      )}
      <p class="quiet">
        {texts.counted(time.count)}
        {time.waiting > 0 && <span class="mark odd">{texts.waiting(time.waiting)}</span>}
        {isDecision && numbers.undecided > 0 && <span class="mark bad">{texts.undecided(numbers.undecided)}</span>}
      </p>
    </section>
  )
}
