import { texts } from '#console/texts/texts.ts'
import { spanText } from './span-text.ts'

const MS = 1000

/** How long ago, in words; the exact moment is in the title. Nothing that is not there yet is `never`. */
export const Ago = ({ at }: { readonly at: string | null }) =>
  at === null ? (
    <span class="quiet">{texts.never}</span>
  ) : (
    <time dateTime={at} title={at} class="whole">
      {texts.ago(spanText(Math.max(0, Math.round((Date.now() - Date.parse(at)) / MS))))}
    </time>
  )
