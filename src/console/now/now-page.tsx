import { useEffect } from 'preact/hooks'
import type { Waiting } from '#api/schemas/incident'
import { IncidentList, Rows } from '#console/incidents/incident-list.tsx'
import { Absent } from '#console/parts/absent.tsx'
import { Countdown } from '#console/parts/time.tsx'
import { isA, person } from '#console/shell/session.ts'
import { waiting, waitingRefusal } from '#console/shell/waiting.ts'
import { texts } from '#console/texts/texts.ts'
import { consoleLists } from '#domain/console-list'
import { LeasesDue } from './leases-due.tsx'
import { HandOverAll, SaidToYou } from './said-to-you.tsx'

/** What waits for whom and until when: whoever looks first, then everything that is open. */
export function NowPage() {
  useEffect(() => {
    document.title = `${texts.now.title} · ${texts.product}`
  }, [])
  if (person.value === null) return <NotSignedIn />
  return (
    <>
      <h1>{texts.now.title}</h1>
      {waiting.value === null ? (
        waitingRefusal.value && <Absent refusal={waitingRefusal.value} />
      ) : (
        <Mine waits={waiting.value} />
      )}
      <section aria-labelledby="open">
        <h2 id="open">{texts.now.open}</h2>
        <IncidentList usual={consoleLists.now} />
      </section>
    </>
  )
}

const NotSignedIn = () => (
  <>
    <h1>{texts.now.title}</h1>
    <Absent refusal={{ status: 401, detail: texts.signInNeeded }} />
  </>
)

const Mine = ({ waits }: { readonly waits: Waiting }) => (
  <>
    {waits.approvals.length > 0 && (
      <section aria-labelledby="votes">
        <h2 id="votes">{texts.now.votes}</h2>
        <ul class="approvals">
          {waits.approvals.map((one) => (
            <Approval key={one.plan} approval={one} />
          ))}
        </ul>
        <More count={waits.moreApprovals} />
      </section>
    )}
    <SaidToYou waits={waits} />
    <LeasesDue />
    {waits.mine.length > 0 && (
      <section aria-labelledby="mine">
        <h2 id="mine">{texts.now.mine}</h2>
        <Rows incidents={waits.mine} />
        <More count={waits.moreMine} />
        {isA('responder', 'approver') && <HandOverAll />}
      </section>
    )}
  </>
)

const More = ({ count }: { readonly count: number }) =>
  count === 0 ? null : <p class="quiet">{texts.now.more(count)}</p>

const Approval = ({ approval }: { readonly approval: Waiting['approvals'][number] }) => (
  <li data-row class={`approval band-${approval.incident.band}`}>
    <a href={`/plans/${approval.plan}`}>{approval.reason}</a>
    <p>
      {approval.incident.title}
      <span class="quiet">
        {' '}
        · {approval.incident.accountName ?? approval.incident.account} · {approval.tier} ·{' '}
        <code>{approval.shortHash}</code>
      </span>
    </p>
    <p class="until">
      <Countdown until={approval.until} />
    </p>
  </li>
)
