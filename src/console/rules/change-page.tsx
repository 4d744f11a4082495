import { useEffect } from 'preact/hooks'
import { Absent } from '#console/parts/absent.tsx'
import { Facts } from '#console/parts/facts.tsx'
import { Time } from '#console/parts/time.tsx'
import { Voting } from '#console/parts/voting.tsx'
import { Sentences } from '#console/plans/plan-body.tsx'
import type { PageProps } from '#console/shell/pages.tsx'
import { useReading } from '#console/shell/read.ts'
import { texts } from '#console/texts/texts.ts'
import { askForChangeChallenge, type ChangeView, readChange, voteOnChange } from './calls.ts'

/** A change of Cordon’s own rules exactly as people decide it: what it makes different, and what to think of. */
export function ChangePage({ id }: PageProps) {
  const { value, refusal } = useReading(() => readChange(id))
  const change = value.value
  useEffect(() => {
    document.title = `${texts.change} ${change?.shortHash ?? ''} · ${texts.product}`
  }, [change?.shortHash])
  if (change === null) return <Absent refusal={refusal.value} />
  return (
    <article>
      <p>
        <a href="/changes">{texts.changes}</a>
      </p>
      <h1>{change.title}</h1>
      <p>
        {texts.change} <code>{change.shortHash}</code> · {texts.phrase} <code>{change.phrase}</code>
      </p>
      <ChangeBody change={change} />
      {change.status === 'proposed' && (
        <Voting
          decisions={['approve', 'deny']}
          // Whoever stops a change needs no passkey.
          isSigned={(decision) => change.asksPasskey && decision === 'approve'}
          asksPasskey={change.asksPasskey}
          challenge={(decision) => askForChangeChallenge(id, decision)}
          vote={(body) => voteOnChange(id, { ...body, digest: change.digest })}
        />
      )}
    </article>
  )
}

const ChangeBody = ({ change }: { readonly change: ChangeView }) => (
  <>
    <Facts
      facts={[
        [texts.status, <span class={`mark ${change.status}`}>{change.status}</span>],
        [texts.proposer, change.proposer],
        [texts.quorum, texts.quorumOf(change.quorum)],
        [texts.votes, change.votes.map(({ person, decision }) => `${person}: ${decision}`).join(', ') || texts.noVotes],
        [texts.decideBy, <Time at={change.decideBy} />],
        [texts.hash, <code>{change.digest}</code>],
      ]}
    />
    {change.statusReason !== null && <p>{change.statusReason}</p>}
    <Sentences title={texts.different} sentences={change.differences.map(differenceText)} />
    <Sentences title={texts.thinkOf} sentences={change.concerns} />
  </>
)

const differenceText = ({ path, before, after }: ChangeView['differences'][number]): string =>
  `${path}: ${shown(before)} → ${shown(after)}`

const shown = (value: unknown): string => (value === undefined ? texts.nothing : JSON.stringify(value))
