import { option, type Run } from '#cli/command'
import { eventStream } from '#cli/event-stream'
import { time } from '#cli/text/table'

export const stream: Run = async ({ api, options, screen }) => {
  const ending = new AbortController()
  process.once('SIGINT', () => ending.abort())
  process.once('SIGTERM', () => ending.abort())
  let count = 0
  const wish = { incident: option(options, 'incident'), after: option(options, 'after'), signal: ending.signal }
  for await (const event of eventStream(api, wish)) {
    count += 1
    screen.emit(event)
    screen.say(`${time(event.at)}  ${event.type}  ${event.actor}  ${event.text}  [${event.stream ?? ''}]`)
  }
  return { document: { events: count }, text: '' }
}
