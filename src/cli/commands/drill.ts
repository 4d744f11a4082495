import type { Api } from '#cli/api'
import { type Asked, option, type Run } from '#cli/command'
import { votersOf } from '#cli/drill/cast'
import { followDrill } from '#cli/drill/follow'
import { startDrill } from '#cli/drill/start'
import { timesText } from '#cli/drill/times'
import { wrongUsage } from '#cli/failure'
import { table } from '#cli/text/table'

export const drill: Run = async (asked) => {
  if (asked.options['list'] === true) return list(asked.api)
  const name = asked.words[0]
  if (name === undefined) throw wrongUsage('Which drill? cordon drill --list says which there are')
  return play(asked, name)
}

async function list(api: Api): ReturnType<Run> {
  const document = await api.get<{ readonly drills: readonly { readonly name: string; readonly title: string }[] }>(
    '/api/drills',
  )
  const rows = document.drills.map(({ name, title }) => [name, title])
  return {
    document,
    text: rows.length === 0 ? 'No drills: these accounts are real.' : table(['NAME', 'WHAT HAPPENS'], rows),
  }
}

async function play(asked: Asked, name: string): ReturnType<Run> {
  const { api, connection, screen, options } = asked
  const voters = await votersOf(api, connection)
  const started = await startDrill(api, { name, account: option(options, 'account') })
  screen.say(
    `${screen.paint('bold', `Drill ${name}`)}: incident ${started.incident}  ${api.url}/incidents/${started.incident}`,
  )
  try {
    const { status, times, failed } = await followDrill({
      api,
      screen,
      voters,
      started,
      asks: options['approve'] === true ? 'nobody' : screen.isInteractive && !screen.isJson ? 'here' : 'elsewhere',
      ending: options['falsePositive'] === true ? 'false-positive' : 'recovered',
    })
    const document = { incident: started.incident, status, times, ...(failed === null ? {} : { reason: failed }) }
    const text = [`${failed ?? `The incident is ${screen.paint('green', status)}.`}`, timesText(times)].join('\n')
    return { document, text, ...(failed === null ? {} : { hasFailed: true as const }) }
  } finally {
    started.end()
  }
}
