import type { Api } from '#cli/api'
import type { Run } from '#cli/command'
import { type Label, labelTable } from '#cli/text/labels'

export const list: Run = async ({ api }) => {
  const labels = await everyLabel(api)
  return { document: { labels }, text: labelTable(labels) }
}

/** Every page of them, oldest first. */
export async function everyLabel(api: Api): Promise<readonly Label[]> {
  const labels: Label[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await api.get<{ readonly labels: readonly Label[]; readonly next: string | null }>(
      '/api/triage/labels',
      { cursor },
    )
    labels.push(...page.labels)
    if (page.next === null) return labels
    cursor = page.next
  }
}
