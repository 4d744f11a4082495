import { useSignal } from '@preact/signals'
import { Absent } from '#console/parts/absent.tsx'
import { Checks, LineField } from '#console/parts/field.tsx'
import { Problem, useSending } from '#console/parts/sending.tsx'
import { Time } from '#console/parts/time.tsx'
import { useReading } from '#console/shell/read.ts'
import { texts } from '#console/texts/texts.ts'
import { makeToken, readTokens, revokeToken, type Token } from './calls.ts'

const { members: said } = texts

/** Tokens of programs, and the one place where a new one is shown. */
export function TokensSection() {
  const { value, refusal } = useReading(readTokens)
  const tokens = value.value?.tokens
  return (
    <section aria-labelledby="tokens">
      <h2 id="tokens">{said.tokens}</h2>
      <p class="quiet">{said.tokensHint}</p>
      {tokens === undefined && <Absent refusal={refusal.value} />}
      {tokens?.length === 0 && <p>{said.noTokens}</p>}
      <ul class="cards">
        {tokens?.map((token) => (
          <TokenItem key={token.id} token={token} />
        ))}
      </ul>
      <TokenForm />
    </section>
  )
}

function TokenItem({ token: { id, name, person, scopes, sources, expiresAt, lastUsedAt } }: { readonly token: Token }) {
  const sending = useSending()
  return (
    <li>
      <h3>{name}</h3>
      <p>
        {person} · {scopes.join(', ')} · {sources.join(', ')}
      </p>
      <p class="quiet">
        {said.expires} <Time at={expiresAt} /> ·{' '}
        {lastUsedAt === null ? (
          said.neverUsed
        ) : (
          <>
            {said.lastUsed} <Time at={lastUsedAt} />
          </>
        )}
      </p>
      <button type="button" disabled={sending.isBusy.value} onClick={() => void sending.send(() => revokeToken(id))}>
        {said.revoke}
      </button>
      <Problem of={sending} />
    </li>
  )
}

const scopes = Object.entries(said.scopeNames)
const MONTH_DAYS = '30'

function TokenForm() {
  const [name, sources, days] = [useSignal(''), useSignal(''), useSignal(MONTH_DAYS)]
  const chosen = useSignal<readonly string[]>(['read'])
  const made = useSignal<string | null>(null)
  const sending = useSending()

  async function submit(event: Event): Promise<void> {
    event.preventDefault()
    const from = sources.value.split(',').map((one) => one.trim())
    const wish = { name: name.value.trim(), scopes: chosen.value, sources: from, days: Number(days.value) }
    const answer = await sending.send(() => makeToken(wish))
    made.value = answer?.value.token ?? null
  }
  return (
    <details class="act">
      <summary>{said.newToken}</summary>
      <form class="card" onSubmit={(event) => void submit(event)}>
        <LineField label={said.tokenName} text={name} required maxLength={128} />
        <Checks label={said.scopes} chosen={chosen} options={scopes} />
        <LineField label={said.sources} hint={said.sourcesHint} text={sources} required />
        <LineField label={said.days} type="number" min="1" max="366" text={days} required />
        <Problem of={sending} />
        <button type="submit" disabled={sending.isBusy.value || chosen.value.length === 0}>
          {said.make}
        </button>
        <div role="status">
          {made.value !== null && (
            <p>
              {said.madeToken} <code>{made.value}</code>
            </p>
          )}
        </div>
      </form>
    </details>
  )
}
