import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { texts } from '#console/texts/texts.ts'
import './sheet.css'

interface TitleProps {
  readonly text: string
  readonly hint?: string
}

/** The head of a page, which is also the name of its tab. */
export function Title({ text, hint }: TitleProps) {
  useEffect(() => void (document.title = `${text} · ${texts.product}`), [text])
  return (
    <>
      <h1>{text}</h1>
      {hint !== undefined && <p class="quiet lead">{hint}</p>}
    </>
  )
}

interface ChoiceProps {
  readonly label: string
  readonly options: readonly { readonly href: string; readonly text: string; readonly isChosen: boolean }[]
}

/** One of a few, in the address. */
export const Choice = ({ label, options }: ChoiceProps) => (
  <nav class="choice" aria-label={label}>
    {options.map(({ href, text, isChosen }) => (
      <a key={href} href={href} aria-current={isChosen ? 'true' : undefined}>
        {text}
      </a>
    ))}
  </nav>
)

export interface Column<Row> {
  readonly head: string
  readonly cell: (row: Row) => ComponentChildren
  /** Stands right, in figures of one width. */
  readonly isNumber?: true
}

interface SheetProps<Row> {
  readonly caption: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  readonly classOf?: (row: Row) => string
}

/** A table; on a phone each row is a card that names its cells. */
export const Sheet = <Row,>({ caption, columns, rows, keyOf, classOf }: SheetProps<Row>) => (
  <table class="sheet">
    <caption class="unseen">{caption}</caption>
    <thead>
      <tr>
        {columns.map(({ head, isNumber }) => (
          <th key={head} scope="col" class={isNumber && 'number'}>
            {head}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {rows.map((row) => (
        <tr key={keyOf(row)} class={classOf?.(row)}>
          {columns.map(({ head, cell, isNumber }) => (
            <td key={head} data-head={head} class={isNumber && 'number'}>
              <div>{cell(row)}</div>
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  </table>
)
