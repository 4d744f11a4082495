import { Dialog } from './dialog.tsx'
import { SentForm, type SentFormProps } from './sent-form.tsx'

export interface FormDialogProps extends Omit<SentFormProps, 'onCancel'> {
  readonly title: string
  readonly onClose: () => void
}

/** A form over the page. It closes once the api took what was sent; otherwise it stays as it was and says why. */
export function FormDialog({ title, onClose, onSent, ...form }: FormDialogProps) {
  function close(): void {
    onSent?.()
    onClose()
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <SentForm {...form} onSent={close} onCancel={onClose} />
    </Dialog>
  )
}
