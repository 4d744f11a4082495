import { Time } from '#console/parts/time.tsx'
import { texts } from '#console/texts/texts.ts'
import type { Call } from './calls.ts'
import { differenceOf, type Line, shownValue } from './difference.ts'

/** One call and the exact difference that it makes; once it was made, the one that it made. */
export function CallChange({ call }: { readonly call: Call }) {
  const { before, via } = call.change
  const after = call.made.at(-1)?.after ?? call.change.after
  const sides = isNothing(before) || isNothing(after) ? null : differenceOf(shownValue(before), shownValue(after))
  return (
    <figure class="call">
      <figcaption>
        <code>{call.operation}</code> {call.change.field}
        {call.made.map(({ at, requestId }) => (
          <span key={`${at} ${requestId}`} class="quiet" title={requestId ?? ''}>
            {' '}
            {texts.made} <Time at={at} />
          </span>
        ))}
      </figcaption>
      <div class="sides">
        <Side title={texts.before} value={before} lines={sides?.before ?? null} mark="del" />
        {via !== undefined && <Side title={texts.via} value={via} lines={null} mark="ins" />}
        <Side title={texts.after} value={after} lines={sides?.after ?? null} mark="ins" />
      </div>
      <p class="quiet">
        {texts.onResource} <code>{call.resource}</code>
      </p>
    </figure>
  )
}

const isNothing = (value: unknown): boolean => value === null || value === undefined

interface SideProps {
  readonly title: string
  readonly value: unknown
  /** Where the two sides can be compared. */
  readonly lines: readonly Line[] | null
  readonly mark: 'del' | 'ins'
}

function Side({ title, value, lines, mark: Mark }: SideProps) {
  return (
    <div>
      <span class="quiet">{title}</span>
      <pre>
        {isNothing(value)
          ? texts.nothing
          : lines === null
            ? shownValue(value)
            : lines.map(({ text, isChanged }, index) => {
                const line = index === lines.length - 1 ? text : `${text}\n`
                return isChanged ? <Mark key={String(index)}>{line}</Mark> : line
              })}
      </pre>
    </div>
  )
}
