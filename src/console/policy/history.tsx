import { useSignal } from '@preact/signals'
import { Absent } from '#console/parts/absent.tsx'
import { Time } from '#console/parts/time.tsx'
import { useReading } from '#console/shell/read.ts'
import { texts as all } from '#console/texts/texts.ts'
import { type PolicyVersionView, readVersion, readVersions, type Version } from './calls.ts'

const texts = all.policy
const REST_MS = 5000

/** Every policy that was in force, and what each made different. */
export function History() {
  const { value } = useReading(readVersions, { leastRestMs: REST_MS })
  if (value.value === null) return null
  return (
    <>
      <h2>{texts.history}</h2>
      {value.value.versions.map((version) => (
        <Past key={version.version} version={version} />
      ))}
    </>
  )
}

function Past({ version: { version, at, change } }: { readonly version: Version }) {
  const isOpen = useSignal(false)
  return (
    <details class="card past" onToggle={({ currentTarget }) => (isOpen.value = currentTarget.open)}>
      <summary>
        {texts.version(version)}{' '}
        <span class="quiet">
          <Time at={at} />
        </span>
      </summary>
      {change !== null && (
        <p>
          <a href={`/changes/${change}`}>{texts.byChange}</a>
        </p>
      )}
      {isOpen.value && <Detail version={version} />}
    </details>
  )
}

function Detail({ version }: { readonly version: number }) {
  const { value, refusal } = useReading(() => readVersion(version), { leastRestMs: REST_MS })
  if (value.value === null) return <Absent refusal={refusal.value} />
  const { differences, change, source } = value.value
  return (
    <>
      {differences.length === 0 && <p class="quiet">{change === null ? texts.first : texts.noDifference}</p>}
      <ul class="differences">
        {differences.map(({ path, before, after }) => (
          <li key={path}>
            <code>{path}</code>: <del>{shown(before)}</del> → <ins>{shown(after)}</ins>
          </li>
        ))}
      </ul>
      <details>
        <summary>{texts.source}</summary>
        <pre>{source}</pre>
      </details>
    </>
  )
}

const shown = (value: PolicyVersionView['differences'][number]['before']): string =>
  value === undefined ? texts.nothing : JSON.stringify(value)
