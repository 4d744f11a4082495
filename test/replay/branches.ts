import { readFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { SourceMap, type SourceMapPayload } from 'node:module'
import { fileURLToPath } from 'node:url'
import { type ReplayedHistory, replayHistory } from '#worker/replay'

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

/** Replays histories on a bundle in this thread, and says what of the workflows’ and runbooks’ sources none of them went through. */
export async function unreachedBy(
  bundle: string,
  histories: readonly ReplayedHistory[],
): Promise<readonly Unreached[]> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  // The SDK replays in this thread; workers run workflows in threads of their own.
  for (const one of histories) await replayHistory(bundle, one)
  const { result } = await session.post('Profiler.takePreciseCoverage')
  session.disconnect()
  const scripts = result.filter(({ url }) => SCRIPT.test(url))
  if (scripts.length === 0) throw new Error('The bundle is not among the scripts that were measured')
  return linesOf(bundle, scripts.map(({ functions }) => unreachedIn(bundle.length, functions)).reduce(intersected))
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
      const one = isCode(block) ? sourceAt(map, { line, column: column + block.search(/\S/) }) : undefined
      if (one !== undefined) found.set(`${one.file}: ${one.text}`, one)
    }
    ;[line, column] = bundle[at] === '\n' ? [line + 1, 0] : [line, column + 1]
  }
  return [...found.values()]
}

/** V8 counts what stands after a `return` or a `throw` too, which is brackets and the bundler’s words. */
const isCode = (block: string): boolean => /\w/.test(block.replaceAll(/\/\*[^]*?\*\/|\/\/.*|\belse\b/g, ''))

function sourceAt(
  map: SourceMap,
  { line, column }: { readonly line: number; readonly column: number },
): Unreached | undefined {
  const entry = map.findEntry(line, column)
  if (!('originalSource' in entry)) return undefined
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
