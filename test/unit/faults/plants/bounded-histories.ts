import { type Draft, type Loose, type Plant, pick, type Random } from '../planting.ts'

function change(draft: Draft, random: Random, how: (events: Loose[]) => void): void {
  const name = pick(Object.keys(draft.histories), random)
  const written = JSON.parse(draft.histories[name] ?? '') as { events: Loose[] }
  how(written.events)
  draft.histories[name] = JSON.stringify(written)
}

const more = (events: Loose[], count: number, event: Loose): void => {
  const from = events.length
  for (let nth = 1; nth <= count; nth++) events.push({ ...event, eventId: String(from + nth) })
}

export const boundedHistoriesPlants: Readonly<Record<string, Plant>> = {
  'a history has too many events': (draft, random) =>
    change(draft, random, (events) => more(events, 5_001, { eventType: 'EVENT_TYPE_TIMER_STARTED' })),
  'a history has too many bytes': (draft, random) =>
    change(draft, random, (events) =>
      more(events, 60, { eventType: 'EVENT_TYPE_MARKER_RECORDED', text: 'x'.repeat(100_000) }),
    ),
  'a payload is too large': (draft, random) =>
    change(draft, random, (events) => more(events, 1, { payloads: [{ data: 'eA=='.repeat(60_000) }] })),
  'too many activities wait at once': (draft, random) =>
    change(draft, random, (events) =>
      more(events, 201 + Math.floor(random() * 50), { eventType: 'EVENT_TYPE_ACTIVITY_TASK_SCHEDULED' }),
    ),
  'a history has no events': (draft, random) => change(draft, random, (events) => void events.splice(0)),
  'an event is missing': (draft, random) =>
    change(draft, random, (events) => void events.splice(Math.floor(random() * (events.length - 1)), 1)),
}
