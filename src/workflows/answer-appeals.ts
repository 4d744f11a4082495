import type { OpenAppeal } from '#domain/records'
import { type Episode, untilCancelled } from './episode.ts'
import { records } from './records.ts'

/** Calls again those whom people asked for help or to take over, side by side with the runbook, until somebody comes or the episode is closed. */
export async function answerAppeals(episode: Episode): Promise<void> {
  const { record } = episode
  const taken = new Set<string>()
  const fresh = (): readonly OpenAppeal[] => (record.now().appeals ?? []).filter(({ id }) => !taken.has(id))
  const calling: Promise<void>[] = []
  while (!record.isOver()) {
    await record.until(() => record.isOver() || fresh().length > 0)
    for (const appeal of fresh()) {
      taken.add(appeal.id)
      calling.push(untilCancelled(callAgain(episode, appeal)))
    }
  }
  await Promise.all(calling)
}

/** Whoever was asked is paged already, and has the time of the first level. A hand-over that nobody takes in it is then the whole ladder’s. */
async function callAgain(episode: Episode, appeal: OpenAppeal): Promise<void> {
  const { briefing, record } = episode
  const { incident, ladder } = briefing
  const [firstMs = 0] = ladder.waitsMs
  const isAnswered = isAnsweredIn(episode, appeal)
  if (await record.until(isAnswered, firstMs)) return
  if (appeal.kind === 'hand-over') await records.lapseAppeal({ incident, appeal: appeal.id })
  await record.refresh()
  for (let round = 0; round <= ladder.repeat && !isAnswered(); round++) await climb(episode, appeal, round)
}

/** One round of the ladder. For help, those who were asked take the place of its first level. */
async function climb(episode: Episode, appeal: OpenAppeal, round: number): Promise<void> {
  const { briefing, record, page } = episode
  const { id: of, text, kind } = appeal
  const isAnswered = isAnsweredIn(episode, appeal)
  for (const [level, waitMs] of briefing.ladder.waitsMs.entries()) {
    if (level === 0 && kind === 'help') {
      if (round === 0) continue
      await records.repeatAppeal({ incident: briefing.incident, appeal: of, round })
      // Its pages are delivered as the record shows them.
      await record.refresh()
    } else await page({ key: `appeal/${of}/${round}`, level, text })
    if (await record.until(isAnswered, waitMs)) return
  }
}

const isAnsweredIn =
  ({ record }: Episode, { id }: OpenAppeal) =>
  (): boolean =>
    !(record.now().appeals ?? []).some((open) => open.id === id)
