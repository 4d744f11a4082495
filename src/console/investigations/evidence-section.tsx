import { EvidenceFiles } from '#console/incidents/evidence.tsx'
import { texts } from '#console/texts/texts.ts'

/** What was collected, word for word, with what was asked. */
export const EvidenceSection = ({ incident }: { readonly incident: string }) => (
  <section aria-labelledby="evidence">
    <h2 id="evidence">{texts.investigations.evidence}</h2>
    <EvidenceFiles incident={incident} />
  </section>
)
