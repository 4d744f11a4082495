import { type Column, Sheet } from '#console/parts/sheet.tsx'
import { spanText } from '#console/parts/span-text.ts'
import { Time } from '#console/parts/time.tsx'
import { useReading } from '#console/shell/read.ts'
import { texts as all } from '#console/texts/texts.ts'
import { readStanding, type Standing } from './calls.ts'

const texts = all.policy
const MS = 1000
const REST_MS = 5000

/** What people approved beforehand. */
export function StandingApprovals() {
  const { value } = useReading(readStanding, { leastRestMs: REST_MS })
  const standing = value.value
  if (standing === null) return null
  return (
    <>
      <h2>{texts.standing}</h2>
      <p class="quiet">{standing.length === 0 ? texts.noStanding : texts.standingHint}</p>
      {standing.length > 0 && (
        <Sheet caption={texts.standing} columns={columns} rows={standing} keyOf={({ id }) => id} />
      )}
    </>
  )
}

const columns: readonly Column<Standing>[] = [
  { head: texts.standingColumns.title, cell: ({ id, title }) => <a href={`/changes/${id}`}>{title}</a> },
  { head: texts.standingColumns.runbook, cell: ({ body }) => <code>{body.runbook}</code> },
  { head: texts.standingColumns.actions, cell: ({ body }) => body.actions.join(', ') },
  { head: texts.standingColumns.where, cell: ({ body }) => whereText(body) },
  {
    head: texts.standingColumns.limit,
    cell: ({ body }) => texts.assetsPer(body.assets, spanText(body.windowMs / MS)),
  },
  {
    head: texts.standingColumns.until,
    cell: ({ body }) => (
      <>
        <Time at={body.expiresAt} />{' '}
        {Date.parse(body.expiresAt) < Date.now() && <span class="mark">{texts.expired}</span>}
      </>
    ),
  },
]

function whereText({ accounts = [], units = [], environment }: Standing['body']): string {
  const places = [...accounts, ...units, ...(environment === undefined ? [] : [environment])]
  return places.length === 0 ? texts.anywhere : places.join(', ')
}
