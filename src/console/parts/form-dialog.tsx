import type { ComponentChildren } from 'preact'
import type { Answer } from '#console/shell/ask.ts'
import { texts } from '#console/texts/texts.ts'
import { Dialog } from './dialog.tsx'
import { Problem, useSending } from './sending.tsx'

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
  const sending = useSending()

  async function submit(event: Event): Promise<void> {
    event.preventDefault()
    if ((await sending.send(onSubmit)) === null) return
    onSent?.()
    onClose()
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        {children}
        <Problem of={sending} />
        <div class="buttons">
          <button type="submit" class={tone === 'grave' ? 'grave' : 'main'} disabled={sending.isBusy.value}>
            {sending.isBusy.value ? texts.sending : action}
          </button>
          <button type="button" onClick={onClose}>
            {texts.cancel}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
