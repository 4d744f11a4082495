import { Absent } from '#console/parts/absent.tsx'
import { Older } from '#console/parts/older.tsx'
import { Time } from '#console/parts/time.tsx'
import { useTitle } from '#console/parts/title.ts'
import { place } from '#console/shell/place.ts'
import { useReading } from '#console/shell/read.ts'
import { texts } from '#console/texts/texts.ts'
import { type Label, readLabels } from './calls.ts'
import { TriageTabs } from './triage-tabs.tsx'

const { triage: said } = texts

/** What people concluded, which the rules are held against. */
export function CasesPage() {
  useTitle(said.cases)
  const query = place.value.query.toString()
  const { value, refusal } = useReading(() => readLabels(query), { about: query })
  if (value.value === null) return <Absent refusal={refusal.value} />
  const { labels, next } = value.value
  return (
    <>
      <h1>{said.cases}</h1>
      <TriageTabs />
      <p class="quiet">{said.casesHint}</p>
      {labels.length === 0 && <p>{said.noCases}</p>}
      <ul class="cards">
        {labels.map((label) => (
          <LabelItem key={label.id} label={label} />
        ))}
      </ul>
      <Older next={next} labels={{ next: said.newer, first: said.first }} />
    </>
  )
}

const LabelItem = ({ label }: { readonly label: Label }) => (
  <li>
    <h2>{label.conclusion}</h2>
    <p>
      <span class="mark">{label.verdict}</span>{' '}
      {label.verdict === label.rulesVerdict ? said.agreed : said.instead(label.rulesVerdict)}{' '}
      {!label.isCurrent && <span class="mark proposed">{said.olderState}</span>}
    </p>
    <p class="quiet">
      {label.person} · <Time at={label.at} /> ·{' '}
      <a href={`/incidents/${encodeURIComponent(label.incident)}`}>{label.incident}</a> · {said.rests}{' '}
      {label.evidence.join(', ')}
    </p>
  </li>
)
