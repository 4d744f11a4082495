import { setTimeout as pause } from 'node:timers/promises'
import { type Asked, option, type Run, word } from '#cli/command'
import { wrongUsage } from '#cli/failure'
import { table, time } from '#cli/text/table'
import { durationMs } from '#domain/durations'

interface Source {
  readonly name: string
  readonly state: string
  readonly heardAt: string | null
  readonly findingAt: string | null
  readonly problem: string | null
}

export const list: Run = async ({ api }) => {
  const document = await api.get<{ readonly sources: readonly Source[] }>('/api/sources')
  const rows = document.sources.map(({ name, state, heardAt, findingAt, problem }) => [
    name,
    state,
    heardAt === null ? 'never' : time(heardAt),
    findingAt === null ? 'never' : time(findingAt),
    problem ?? '',
  ])
  return { document, text: table(['SOURCE', 'STATE', 'HEARD', 'LAST FINDING', 'PROBLEM'], rows) }
}

interface Coverage {
  readonly days: readonly {
    readonly account: string
    readonly region: string
    readonly day: string
    readonly emitted: number
    readonly received: number
    readonly hidden: number
    readonly missing: number
  }[]
  readonly gaps: readonly {
    readonly account: string
    readonly region: string
    readonly kind: string
    readonly text: string
  }[]
}

/** Fails while there are gaps, so that a job can watch it. */
export const coverage: Run = async ({ api }) => {
  const document = await api.get<Coverage>('/api/coverage')
  const days = document.days.map(({ account, region, day, ...counts }) => [
    account,
    region,
    day,
    ...[counts.emitted, counts.received, counts.hidden, counts.missing].map(String),
  ])
  const gaps = document.gaps.map(({ account, region, kind, text }) => [account, region, kind, text])
  const parts = [
    table(['ACCOUNT', 'REGION', 'DAY', 'MADE', 'CAME', 'ARCHIVED', 'MISSING'], days),
    ...(gaps.length === 0 ? ['No gaps are known.'] : [table(['ACCOUNT', 'REGION', 'GAP', 'WHAT'], gaps)]),
  ]
  return { document, text: parts.join('\n\n'), ...(gaps.length === 0 ? {} : { hasFailed: true }) }
}

const optionsOf = ({ options }: Asked, names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = option(options, name)
      return value === undefined ? [] : [[name, value]]
    }),
  )

export const report: Run = async (asked) => {
  const document = await asked.api.post<{ readonly incident: string }>('/api/reports', {
    text: word(asked),
    ...optionsOf(asked, ['place', 'account', 'region']),
  })
  return { document, text: `Incident ${document.incident} is open, and somebody is called to it.` }
}

interface Backfill {
  readonly id: string
  readonly found: number
  readonly problem: string | null
  readonly doneAt: string | null
}

const USUAL_SINCE = '90d'
const LOOK_EVERY_MS = 1_000
/** The intake begins within seconds; what takes longer goes on without whoever asked for it. */
const PATIENCE_MS = 60_000

export const backfill: Run = async (asked) => {
  const ms = durationMs(option(asked.options, 'since') ?? USUAL_SINCE)
  if (ms === null) throw wrongUsage('--since is a duration such as 90d or 12h')
  const since = new Date(Date.now() - ms).toISOString()
  const begun = await asked.api.post<Backfill>('/api/sources/backfills', {
    since,
    ...optionsOf(asked, ['account', 'region']),
  })
  const document = await untilDone(asked, begun)
  const { found, problem, doneAt } = document
  if (doneAt === null) return { document, text: `${found} findings were read so far, and the intake goes on.` }
  const text = `${found} findings were read.${problem === null ? '' : ` Not everywhere: ${problem}`}`
  return problem === null ? { document, text } : { document, text, hasFailed: true }
}

async function untilDone({ api }: Asked, begun: Backfill): Promise<Backfill> {
  const end = performance.now() + PATIENCE_MS
  let seen = begun
  while (seen.doneAt === null && performance.now() < end) {
    await pause(LOOK_EVERY_MS)
    seen = await api.get<Backfill>(`/api/sources/backfills/${encodeURIComponent(begun.id)}`)
  }
  return seen
}
