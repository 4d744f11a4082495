import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { texts } from '#console/texts/texts.ts'

export interface DialogProps {
  readonly title: string
  readonly children: ComponentChildren
  /** What Escape and the button at the top do; a dialog without it stays until its work is done. */
  readonly onClose?: () => void
}

/** A native dialog over the page, open as long as it is rendered. */
export function Dialog({ title, children, onClose }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => element.current?.showModal(), [])
  return (
    <dialog
      ref={element}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault()
        onClose?.()
      }}
      // Pressed again and again, Escape closes a dialog whatever it answers.
      onClose={() => (onClose === undefined ? element.current?.showModal() : onClose())}
    >
      <div class="dialog-head">
        <h2 id={id}>{title}</h2>
        {onClose !== undefined && (
          <button type="button" class="plain" aria-label={texts.closeDialog} onClick={onClose}>
            <span aria-hidden="true">✕</span>
          </button>
        )}
      </div>
      {children}
    </dialog>
  )
}
