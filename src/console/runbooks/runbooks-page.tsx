import { Absent } from '#console/parts/absent.tsx'
import { Ago } from '#console/parts/ago.tsx'
import { Facts } from '#console/parts/facts.tsx'
import { type Column, Sheet, Title } from '#console/parts/sheet.tsx'
import { Time } from '#console/parts/time.tsx'
import { useReading } from '#console/shell/read.ts'
import { texts as all } from '#console/texts/texts.ts'
import { type Runbook, readRunbooks } from './calls.ts'
import './style.css'

const texts = all.runbooks
const REST_MS = 10_000

/** Every runbook of the build in use, and what it may do. */
export function RunbooksPage() {
  const { value, refusal } = useReading(readRunbooks, { leastRestMs: REST_MS })
  if (refusal.value !== null || value.value === null) return <Absent refusal={refusal.value} />
  const { build, runbooks } = value.value
  return (
    <>
      <Title text={texts.title} hint={texts.hint} />
      {build === null ? (
        <p>{texts.noBuild}</p>
      ) : (
        <p>
          {texts.build} <code>{build.id}</code>{' '}
          <span class="quiet">
            {texts.since} <Time at={build.activatedAt} />
          </span>
        </p>
      )}
      {build !== null && runbooks.length === 0 && <p>{texts.none}</p>}
      {runbooks.map((runbook) => (
        <One key={runbook.id} runbook={runbook} />
      ))}
    </>
  )
}

const One = ({ runbook }: { readonly runbook: Runbook }) => (
  <section class="card runbook" id={runbook.id}>
    <h2>{runbook.title ?? runbook.id}</h2>
    <p>
      <code>{runbook.id}</code>
    </p>
    <Facts
      facts={[
        [texts.handles, <Handles handles={runbook.handles} />],
        [texts.author, <Author author={runbook.author} />],
        [
          texts.responses,
          <>
            {texts.responded(runbook.incidents)}
            {runbook.lastAt !== null && (
              <>
                , {texts.last} <Ago at={runbook.lastAt} />
              </>
            )}
          </>,
        ],
      ]}
    />
    <h3>{texts.actions}</h3>
    {runbook.actions.length === 0 ? (
      <p class="quiet">{texts.noActions}</p>
    ) : (
      <Sheet caption={texts.actions} columns={columns} rows={runbook.actions} keyOf={({ name }) => name} />
    )}
  </section>
)

const Handles = ({ handles }: Pick<Runbook, 'handles'>) =>
  handles.length === 0 ? (
    <>{texts.handlesUnknown}</>
  ) : (
    <ul class="plain">
      {handles.map((type) => (
        <li key={type}>
          <code>{type}</code>
        </li>
      ))}
    </ul>
  )

const Author = ({ author }: Pick<Runbook, 'author'>) =>
  author === null ? (
    <>{texts.authorUnknown}</>
  ) : (
    <>
      {author.person ?? author.email} <span class="mark odd">{texts.noVote}</span>
    </>
  )

type Action = Runbook['actions'][number]

const columns: readonly Column<Action>[] = [
  {
    head: texts.columns.action,
    cell: ({ name, title }) => (
      <>
        {title} <span class="quiet">{name}</span>
      </>
    ),
  },
  { head: texts.columns.tier, cell: ({ tier }) => tier },
  {
    head: texts.columns.undo,
    cell: ({ reversible, tier }) =>
      reversible ? texts.reversible : <span class="mark odd">{tier === 'R1' ? texts.adds : texts.irreversible}</span>,
  },
  { head: texts.columns.changes, cell: ({ changes }) => <Permissions names={changes} /> },
  { head: texts.columns.reads, cell: ({ reads }) => <Permissions names={reads} /> },
]

const Permissions = ({ names }: { readonly names: readonly string[] }) => (
  <ul class="plain">
    {names.map((name) => (
      <li key={name}>
        <code>{name}</code>
      </li>
    ))}
  </ul>
)
