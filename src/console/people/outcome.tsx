import { texts } from '#console/texts/texts.ts'
import type { Outcome } from './calls.ts'

const { members: said } = texts

/** What came of a wish about somebody: done, waiting, or a link to hand over. */
export const OutcomeLine = ({ outcome }: { readonly outcome: Outcome | null }) => (
  <div role="status">
    {outcome !== null && outcome.change !== null && <p>{said.waits}</p>}
    {outcome !== null && outcome.change === null && outcome.setUp === null && <p>{said.done}</p>}
    {outcome !== null && outcome.setUp !== null && (
      <>
        <p>{said.link}</p>
        <p>
          <code>{outcome.setUp}</code>
        </p>
      </>
    )}
  </div>
)
