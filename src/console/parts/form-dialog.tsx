import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import type { Answer, Refusal } from '#console/shell/ask.ts'
import { happened } from '#console/shell/live.ts'
import { texts } from '#console/texts/texts.ts'
import { Dialog } from './dialog.tsx'

export interface FormDialogProps {
  readonly title: string
  readonly action: string
  /** Whether it takes something away that does not come back by itself. */
  readonly tone?: 'usual' | 'grave'
  readonly children?: ComponentChildren
  readonly onClose: () => void
  readonly onSubmit: () => Promise<Answer<unknown>>
  /** After it was sent; what was typed may go then. */
  readonly onSent?: () => void
}

/** A form over the page. It closes once the api took what was sent; otherwise it stays as it was and says why. */
export function FormDialog({ title, action, tone = 'usual', children, onClose, onSubmit, onSent }: FormDialogProps) {
  const problem = useSignal<string | null>(null)
  const isBusy = useSignal(false)

  async function submit(event: Event): Promise<void> {
    event.preventDefault()
    if (isBusy.value) return
    isBusy.value = true
    problem.value = await problemIn(onSubmit)
    isBusy.value = false
    if (problem.value !== null) return
    onSent?.()
    onClose()
    happened.value += 1
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        {children}
        {problem.value !== null && <p role="alert">{problem.value}</p>}
        <div class="buttons">
          <button type="submit" class={tone === 'grave' ? 'grave' : 'main'} disabled={isBusy.value}>
            {isBusy.value ? texts.sending : action}
          </button>
          <button type="button" onClick={onClose}>
            {texts.cancel}
          </button>
        </div>
      </form>
    </Dialog>
  )
}

/** What is wrong in words, or null. An authenticator that nobody touched throws. */
export async function problemIn(work: () => Promise<Answer<unknown>>): Promise<string | null> {
  try {
    const answer = await work()
    return answer.ok ? null : refusalText(answer.refusal)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

export const refusalText = ({ status, detail }: Refusal): string => (status === 0 ? texts.notSent : detail)
