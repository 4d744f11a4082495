import { option, type Run, required } from '#cli/command'
import { time } from '#cli/text/table'

interface Freeze {
  readonly account: string | null
  readonly endsAt: string
  readonly note: string
}

export const freeze: Run = async (asked) => {
  const body = { account: option(asked.options, 'account'), reason: required(asked, 'reason') }
  const document = await asked.api.post<Freeze>('/api/freeze', body)
  const where = document.account ?? 'every account'
  return { document, text: `Frozen: ${where}, until ${time(document.endsAt)}. ${document.note}` }
}

export const unfreeze: Run = async ({ api, options }) => {
  const document = await api.remove<{ readonly lifted: boolean }>('/api/freeze', {
    account: option(options, 'account'),
  })
  const next = 'Asked for. A second person of another group must ask too: cordon unfreeze with their token.'
  return { document, text: document.lifted ? 'Lifted.' : next }
}
