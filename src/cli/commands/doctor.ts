import type { Asked, Run } from '#cli/command'
import { remoteChecks } from '#cli/doctor/remote'
import { placeChecks, readLocal, serversChecks } from '#cli/doctor/this-machine'
import type { Check, Diagnosis } from '#domain/doctor/check'

/** The AWS SDK’s later versions want this; ours warns of it in every process, which is silenced there and said here. */
const AWS_NODE = 22

/** What is reachable, what is missing and what to do. Fails when something needs doing. */
export const doctor: Run = async (asked) => {
  const { checks, notes } = await diagnosisOf(asked)
  const isWell = checks.every(({ ok }) => ok)
  const document = { ok: isWell, checks, notes, versions: process.versions }
  const text = [...checks.flatMap((check) => linesOf(asked, check)), ...notes.map((note) => `note: ${note}`)]
  return { document, text: text.join('\n'), ...(isWell ? {} : { hasFailed: true as const }) }
}

async function diagnosisOf(asked: Asked): Promise<Diagnosis> {
  const local = readLocal()
  const place = await placeChecks(asked, local)
  const remote = await remoteChecks(asked.api)
  const isOurs = asked.connection.source === 'home'
  const seesServers = remote.checks.some(({ name, ok }) => name === 'temporal' && ok)
  const servers = isOurs && !seesServers ? await serversChecks(asked, local) : { checks: [], notes: [] }
  // Nothing runs, says the home already; that it does not answer either is the same thing.
  const isDown = place.some(({ name, ok }) => name === 'home' && !ok)
  const answered = isDown && !remote.isReached ? [] : remote.checks
  return {
    checks: [...place, ...withBetter(answered, servers.checks)],
    notes: [...remote.notes, ...servers.notes, ...nodeNotes()],
  }
}

/** What was seen directly says more than what the api passes on. */
const withBetter = (told: readonly Check[], seen: readonly Check[]): readonly Check[] => [
  ...told.filter(({ name }) => !seen.some((one) => one.name === name)),
  ...seen,
]

function linesOf({ screen }: Asked, { name, ok, text, next }: Check): readonly string[] {
  const line = `${screen.paint(ok ? 'green' : 'red', ok ? 'ok     ' : 'missing')}  ${name}: ${text}`
  return next === null ? [line] : [line, `         → ${next}`]
}

function nodeNotes(): readonly string[] {
  if (Number(process.versions.node.split('.')[0]) >= AWS_NODE) return []
  return [
    `The AWS SDK asks for Node ${AWS_NODE} in its later versions; Cordon pins one that runs on ${process.version}`,
  ]
}
