import { Absent } from '#console/parts/absent.tsx'
import { filterOf, setFilters } from '#console/parts/filter.ts'
import { Pick } from '#console/parts/pick.tsx'
import { Time } from '#console/parts/time.tsx'
import { useTitle } from '#console/parts/title.ts'
import { useReading } from '#console/shell/read.ts'
import { person } from '#console/shell/session.ts'
import { texts } from '#console/texts/texts.ts'
import { type Investigation, readInvestigations } from './calls.ts'
import { Claiming } from './claiming.tsx'

const { investigations: said } = texts

/** What rules could not judge: by urgency, with whose it is. */
export function InvestigationsPage() {
  useTitle(said.title)
  const me = person.value
  const { value, refusal } = useReading(readInvestigations)
  if (value.value === null) return <Absent refusal={refusal.value} />
  const { investigations: all, more } = value.value
  const shown = all.filter((one) => isWanted(one, me?.id ?? null))
  return (
    <>
      <h1>{said.title}</h1>
      <p class="quiet">{said.hint}</p>
      {all.length > 0 && <Filters all={all} />}
      {shown.length === 0 && <p>{all.length === 0 ? said.none : said.noneLeft}</p>}
      <ul class="cards">
        {shown.map((one) => (
          <InvestigationItem key={one.incident} investigation={one} />
        ))}
      </ul>
      {more > 0 && <p class="quiet">{said.more(more)}</p>}
    </>
  )
}

const wanted: Readonly<Record<string, (one: Investigation, me: string | null) => boolean>> = {
  free: ({ claim }) => claim === null,
  mine: ({ claim }, me) => claim?.person === me,
  late: ({ isLate }) => isLate,
}

function isWanted(one: Investigation, me: string | null): boolean {
  const skill = filterOf('skill')
  return (wanted[filterOf('whose')]?.(one, me) ?? true) && (skill === '' || one.skills.includes(skill))
}

function Filters({ all }: { readonly all: readonly Investigation[] }) {
  const skills = [...new Set(all.flatMap((one) => one.skills))].toSorted()
  const held = all.flatMap(({ claim }) => claim?.person ?? [])
  const loads = [...new Set(held)].map((person) => said.holds(person, held.filter((one) => one === person).length))
  return (
    <div class="filters">
      <Pick
        label={said.whose}
        value={filterOf('whose')}
        options={Object.entries(said.whoseOptions)}
        onPick={(whose) => setFilters({ whose })}
      />
      <Pick
        label={said.skill}
        value={filterOf('skill')}
        options={[['', said.anySkill], ...skills.map((skill) => [skill, skill] as const)]}
        onPick={(skill) => setFilters({ skill })}
      />
      {loads.length > 0 && (
        <p class="quiet">
          {said.load} · {loads.join(' · ')}
        </p>
      )}
    </div>
  )
}

const InvestigationItem = ({ investigation }: { readonly investigation: Investigation }) => {
  const { incident, title, priority, account, region, answerBy, isLate, skills, claim, suggested } = investigation
  return (
    <li class={isLate ? 'grave' : undefined}>
      <h2>
        <a href={`/investigations/${encodeURIComponent(incident)}`}>{title}</a>
      </h2>
      <p>
        {priority !== null && <strong>{priority} </strong>}
        {isLate && <span class="mark warning">{said.late}</span>} {said.answerBy}{' '}
        {answerBy === null ? said.noDeadline : <Time at={answerBy} />} · {account} {region}{' '}
        {skills.map((skill) => (
          <span key={skill} class="mark">
            {skill}
          </span>
        ))}
      </p>
      <Claiming incident={incident} claim={claim} suggested={suggested} />
    </li>
  )
}
