import type { ComponentChildren } from 'preact'
import type { Answer } from '#console/shell/ask.ts'
import { texts } from '#console/texts/texts.ts'
import { Problem, useSending } from './sending.tsx'

export interface SentFormProps {
  readonly action: string
  /** Whether it takes something away that does not come back by itself. */
  readonly tone?: 'usual' | 'grave'
  /** Whether something is missing without which it cannot be sent. */
  readonly isIncomplete?: boolean
  readonly children?: ComponentChildren
  readonly onSubmit: () => Promise<Answer<unknown>>
  /** After it was sent; what was typed may go then. */
  readonly onSent?: () => void
  /** How to leave it, where it is not part of the page. */
  readonly onCancel?: (() => void) | undefined
}

/** A form that is sent once at a time. What the api refuses stays as it was, with why. */
export function SentForm({ action, tone = 'usual', isIncomplete = false, children, ...does }: SentFormProps) {
  const sending = useSending()

  async function submit(event: Event): Promise<void> {
    event.preventDefault()
    if ((await sending.send(does.onSubmit)) !== null) does.onSent?.()
  }
  return (
    <form onSubmit={(event) => void submit(event)}>
      {children}
      <Problem of={sending} />
      <div class="buttons">
        <button
          type="submit"
          class={tone === 'grave' ? 'grave' : 'main'}
          disabled={sending.isBusy.value || isIncomplete}
        >
          {sending.isBusy.value ? texts.sending : action}
        </button>
        {does.onCancel !== undefined && (
          <button type="button" onClick={does.onCancel}>
            {texts.cancel}
          </button>
        )}
      </div>
    </form>
  )
}
