import { readFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { SourceMap, type SourceMapPayload } from 'node:module'
import { fileURLToPath } from 'node:url'

/** A line of a workflow’s source with a part that no replayed history went through. */
export interface Unreached {
  /** `workflows/respond-to-incident.ts` */
  readonly file: string
  readonly line: number
  /** The source line, trimmed. */
  readonly text: string
}

const OWN = /\/src\/((?:workflows|runbooks)\/[\w-]+\.ts)$/
const SCRIPT = /workflow-bundle-[0-9a-f]+\.js$/

export interface Measuring {
  /** What of the workflows’ and runbooks’ sources no history went through that was replayed on the bundle since the beginning. */
  readonly unreached: (bundle: string) => Promise<readonly Unreached[]>
}

/** Begins to measure. The SDK replays in this thread, so V8’s own counters see the bundle; workers run workflows in threads of their own. */
export async function beginMeasuring(): Promise<Measuring> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  return {
    async unreached(bundle) {
      const { result } = await session.post('Profiler.takePreciseCoverage')
      session.disconnect()
      const scripts = result.filter(({ url }) => SCRIPT.test(url))
      if (scripts.length === 0) throw new Error('The bundle is not among the scripts that were measured')
      return linesOf(bundle, scripts.map(({ functions }) => unreachedIn(bundle.length, functions)).reduce(intersected))
    },
  }
}

interface Ranges {
  readonly ranges: readonly { readonly startOffset: number; readonly endOffset: number; readonly count: number }[]
}

/** For each character of the bundle whether it never ran: inner ranges come after those that hold them. */
function unreachedIn(length: number, functions: readonly Ranges[]): Uint8Array {
  const isUnreached = new Uint8Array(length)
  for (const { ranges } of functions)
    for (const { startOffset, endOffset, count } of ranges)
      isUnreached.fill(count === 0 ? 1 : 0, startOffset, endOffset)
  return isUnreached
}

/** What is reached in one copy of the script is reached. */
const intersected = (one: Uint8Array, other: Uint8Array): Uint8Array => one.map((is, at) => is & (other[at] ?? 1))

/** The source lines on which something that never ran begins. */
function linesOf(bundle: string, isUnreached: Uint8Array): readonly Unreached[] {
  const map = sourceMapOf(bundle)
  const found = new Map<string, Unreached>()
  let [line, column] = [0, 0]
  for (let at = 0; at < bundle.length; at++) {
    if (isUnreached[at] === 1 && isUnreached[at - 1] !== 1) {
      const block = bundle.slice(at, isUnreached.indexOf(0, at))
      const one = sourceAt(map, { line, column, block })
      if (one !== undefined) found.set(`${one.file}: ${one.text}`, one)
    }
    ;[line, column] = bundle[at] === '\n' ? [line + 1, 0] : [line, column + 1]
  }
  return [...found.values()]
}

interface Block {
  readonly line: number
  readonly column: number
  /** Of the bundle. */
  readonly block: string
}

/** Where the first word of the block stands in the sources; undefined for brackets and the bundler’s own words, which V8 counts too. */
function sourceAt(map: SourceMap, { line, column, block }: Block): Unreached | undefined {
  const code = (block.split('/***/')[0] ?? '').replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, (comment) =>
    ' '.repeat(comment.length),
  )
  const word = code.search(/[\w'"`]/)
  if (word < 0) return undefined
  const before = code.slice(0, word).split('\n')
  const at = line + before.length - 1
  const entry = map.findEntry(at, (before.length === 1 ? column : 0) + (before.at(-1) ?? '').length)
  // What stands on a line that the map does not know was written by the bundler.
  if (!('originalSource' in entry) || entry.generatedLine !== at) return undefined
  const file = OWN.exec(entry.originalSource)?.[1]
  if (file === undefined) return undefined
  const source = readFileSync(fileURLToPath(new URL(`../../src/${file}`, import.meta.url)), 'utf8').split('\n')
  return { file, line: entry.originalLine + 1, text: (source[entry.originalLine] ?? '').trim() }
}

function sourceMapOf(bundle: string): SourceMap {
  const encoded = /\/\/# sourceMappingURL=data:[^,]*;base64,([A-Za-z0-9+/=]+)\s*$/.exec(bundle)?.[1]
  if (encoded === undefined) throw new Error('The bundle has no source map')
  return new SourceMap(JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')) as SourceMapPayload)
}
