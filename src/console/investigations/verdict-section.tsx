import type { IncidentDetail } from '#console/incidents/calls.ts'
import { Citations, Cited } from '#console/incidents/citing.tsx'
import { VerdictForm } from '#console/incidents/verdict-form.tsx'
import { Time } from '#console/parts/time.tsx'
import { isA } from '#console/shell/session.ts'
import { texts } from '#console/texts/texts.ts'

const { investigations: said } = texts

interface SectionProps {
  readonly incident: IncidentDetail
}

/** What people concluded, and the form to do so. */
export function VerdictSection({ incident }: SectionProps) {
  const mayJudge = isA('responder', 'approver')
  return (
    <section aria-labelledby="verdict">
      <h2 id="verdict">{said.verdict}</h2>
      {incident.analystVerdicts.length > 0 && (
        <Citations incident={incident.id}>
          {(pieces) =>
            incident.analystVerdicts.map((given) => (
              <div key={given.id} class="card">
                <p>
                  <strong>{given.verdict}</strong> {given.stands && <span class="mark done">{said.stands}</span>}{' '}
                  {given.rulesVerdict !== null && <span class="quiet">{said.instead(given.rulesVerdict)}</span>}
                </p>
                <p>{given.conclusion}</p>
                <p class="quiet">
                  {given.person} · <Time at={given.at} /> · {said.evidenceCited}
                </p>
                <Cited pieces={pieces} ids={given.evidence} />
              </div>
            ))
          }
        </Citations>
      )}
      {mayJudge ? (
        <div class="card">
          <VerdictForm incident={incident.id} />
        </div>
      ) : (
        <p class="quiet">{said.notYours}</p>
      )}
    </section>
  )
}
