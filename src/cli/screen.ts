import { styleText } from 'node:util'

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

/** Where a command writes. Without a terminal, or with NO_COLOR, nothing is styled. */
export interface Screen {
  readonly isJson: boolean
  readonly isInteractive: boolean
  readonly paint: (style: Style, text: string) => string
  /** A line for people; nothing when the command speaks JSON. */
  readonly say: (text: string) => void
  /** A document for programs, on one line; nothing when the command speaks to people. */
  readonly emit: (document: unknown) => void
}

/** The process's own terminal. */
export function createScreen({ isJson, isColoured }: { isJson: boolean; isColoured: boolean }): Screen {
  const write = (text: string) => void process.stdout.write(`${text}\n`)
  return {
    isJson,
    isInteractive: process.stdin.isTTY && process.stdout.isTTY,
    paint: (style, text) => (isColoured && text !== '' ? styleText(style, text, { validateStream: false }) : text),
    say: (text) => (isJson ? undefined : write(printable(text))),
    emit: (document) => (isJson ? write(JSON.stringify(document)) : undefined),
  }
}

/** Names in an account are chosen by others: control characters other than our own styles must not reach a terminal. */
const printable = (text: string): string =>
  text.replaceAll(/\p{Cc}(?:\[\d{1,2}m)?/gu, (found) => (isOurs(found) ? found : '\ufffd'))

const isOurs = (found: string): boolean => found === '\n' || found === '\t' || found.startsWith('\u001b[')
