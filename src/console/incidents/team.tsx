import { Ago, Countdown, Time } from '#console/parts/time.tsx'
import { texts } from '#console/texts/texts.ts'
import type { IncidentDetail } from './calls.ts'

/** Who is on it, and who was called with what result. */
export function Team({ incident }: { readonly incident: IncidentDetail }) {
  const { acknowledgedBy, acknowledgedAt, claims, pages, appeals } = incident
  const claim = claims.find(({ end }) => end === null)
  return (
    <section aria-labelledby="team">
      <h2 id="team">{texts.team}</h2>
      <p>
        {acknowledgedBy === null || acknowledgedAt === null ? (
          texts.nobodyYet
        ) : (
          <>
            <strong>{acknowledgedBy}</strong> {texts.looksAfter} <Ago at={acknowledgedAt} />
          </>
        )}
      </p>
      {appeals.filter(isWaiting).map(({ id, of, by, kind, reason, status, at }) => (
        <p key={id} class="prose">
          <strong>{of}</strong> {texts.appeals.asked[kind]} ({by}, <Ago at={at} />
          {status === 'unanswered' && `; ${texts.appeals.unanswered}`}): {reason}
        </p>
      ))}
      {claim !== undefined && (
        <p>
          <strong>{claim.person}</strong> {texts.looksInto} <Countdown until={claim.until} />
        </p>
      )}
      {pages.length > 0 && (
        <details>
          <summary>{texts.pagesSent(pages.length)}</summary>
          <ul class="pages">
            {pages.toReversed().map((page) => (
              <PageItem key={page.id} page={page} />
            ))}
          </ul>
        </details>
      )}
    </section>
  )
}

const isWaiting = ({ status }: IncidentDetail['appeals'][number]): boolean =>
  status === 'open' || status === 'unanswered'

const PageItem = ({ page }: { readonly page: IncidentDetail['pages'][number] }) => (
  <li>
    <strong>{page.person}</strong> <span class="mark">{page.status}</span>{' '}
    <span class="quiet">
      {page.class === 'message' ? texts.message : `${texts.level} ${page.level}`} · <Time at={page.sentAt} />
    </span>
    {page.deliveries.map(({ channel, status, problem, attempts }) => (
      <p key={channel} class="quiet">
        {channel}: {status}
        {attempts > 1 && ` · ${texts.attempts(attempts)}`}
        {problem !== null && ` · ${problem}`}
      </p>
    ))}
  </li>
)
