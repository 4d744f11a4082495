import { useSignal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { texts } from '#console/texts/texts.ts'
import type { IncidentDetail } from './calls.ts'

interface PartProps {
  readonly incident: string
}

/** What the record has about it, each part loaded when it is looked at. */
const parts: readonly { readonly title: string; readonly load: () => Promise<ComponentType<PartProps>> }[] = [
  { title: texts.findings, load: async () => (await import('./findings.tsx')).Findings },
  { title: texts.evidence, load: async () => (await import('./evidence.tsx')).EvidenceFiles },
  { title: texts.brief, load: async () => (await import('#console/investigations/brief-section.tsx')).BriefSection },
]

export const Material = ({ incident }: { readonly incident: IncidentDetail }) => (
  <section aria-labelledby="material">
    <h2 id="material">{texts.material}</h2>
    {parts.map((part) => (
      <Part key={part.title} {...part} incident={incident.id} />
    ))}
  </section>
)

interface LoadedProps extends PartProps {
  readonly title: string
  readonly load: () => Promise<ComponentType<PartProps>>
}

function Part({ title, load, incident }: LoadedProps) {
  const shown = useSignal<{ readonly Shown: ComponentType<PartProps> } | null>(null)
  const problem = useSignal<string | null>(null)

  async function open(isOpen: boolean): Promise<void> {
    if (!isOpen || shown.value !== null) return
    try {
      shown.value = { Shown: await load() }
    } catch {
      // Its file cannot be had: Cordon was updated under an open tab, or cannot be reached.
      problem.value = texts.loadAgain
    }
  }
  const Shown = shown.value?.Shown
  return (
    <details onToggle={({ currentTarget }) => void open(currentTarget.open)}>
      <summary>{title}</summary>
      {problem.value !== null && <p role="alert">{problem.value}</p>}
      {Shown === undefined ? <p class="quiet">{texts.loading}</p> : <Shown incident={incident} />}
    </details>
  )
}
