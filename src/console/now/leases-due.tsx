import type { LeaseList } from '#api/schemas/plan'
import { LeaseEnd } from '#console/plans/lease.tsx'
import { ask } from '#console/shell/ask.ts'
import { useReading } from '#console/shell/read.ts'
import { texts } from '#console/texts/texts.ts'

const readLeases = () => ask<LeaseList>('/api/leases')

/** What is contained whose lease comes to its end, or came to it: somebody renews or releases it. */
export function LeasesDue() {
  const { value } = useReading(readLeases)
  const due = (value.value?.leases ?? []).filter(({ state }) => state !== 'standing')
  if (due.length === 0) return null
  return (
    <section aria-labelledby="leases">
      <h2 id="leases">{texts.lease.due}</h2>
      <ul class="approvals">
        {due.map((lease) => (
          <li key={lease.plan} data-row class="approval">
            <a href={`/plans/${lease.plan}`}>{lease.targets.join(', ')}</a>
            <p>
              {lease.title}
              {lease.isClosed && <span class="quiet"> · {texts.lease.inClosed}</span>}
            </p>
            <p class="until">
              <LeaseEnd lease={lease} />
            </p>
          </li>
        ))}
      </ul>
    </section>
  )
}
