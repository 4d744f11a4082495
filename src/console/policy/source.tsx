import { texts as all } from '#console/texts/texts.ts'

const texts = all.policy

/** The policy’s own text, with the numbers of its lines; each can be linked to. */
export const Source = ({ source }: { readonly source: string }) => (
  <details class="source" id="source">
    <summary>{texts.source}</summary>
    <ol>
      {source
        .trimEnd()
        .split('\n')
        .map((line, at) => (
          <li key={at} id={`line-${at + 1}`}>
            <code>{line}</code>
          </li>
        ))}
    </ol>
  </details>
)
