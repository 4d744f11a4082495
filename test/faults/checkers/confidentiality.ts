import type { FaultRun } from '../run.ts'
import { type Checker, violationOf } from './violation.ts'

const violation = violationOf('I15')
/** Shorter ones would be found by accident. */
const LEAST_LENGTH = 12

/**
 * I15: what is secret is nowhere but where it belongs. Every secret in `canaries.json` is looked for, as it is and in base64, in everything that a run
 * left but the simulated accounts, which keep it rightly: rows and their bytes, histories and their payloads, calls, answers, pages, logs.
 */
export const confidentiality: Checker = (run) => {
  const canaries = (run.canaries ?? []).filter(({ length }) => length >= LEAST_LENGTH)
  if (canaries.length === 0) return []
  return placesOf(run).flatMap(([place, text]) =>
    canaries.flatMap((canary, index) =>
      holds(text, canary) ? [violation(place, `canary ${index + 1} of canaries.json is in it`)] : [],
    ),
  )
}

type Place = readonly [name: string, text: string]

function placesOf(run: FaultRun): readonly Place[] {
  const { calls, tables, histories, client, pages, logs = {} } = run
  const of = (name: string, all: Readonly<Record<string, unknown>>): readonly Place[] =>
    Object.entries(all).map(([key, value]) => [`${name} ${key}`, textOf(value)])
  return [
    ...of('table', tables),
    ...of('history', histories),
    ...of('log', logs),
    ['calls', textOf(calls)],
    ['client', textOf(client)],
    ['pages', textOf(pages)],
  ]
}

/** As it is written, with bytes in hexadecimal and in base64 read as texts. */
function textOf(value: unknown): string {
  const written = typeof value === 'string' ? value : JSON.stringify(value)
  const hexadecimal = [...written.matchAll(/\\\\?x([0-9a-f]{24,})/g)].map(([, hex = '']) =>
    Buffer.from(hex, 'hex').toString('latin1'),
  )
  const base64 = [...written.matchAll(/"([A-Za-z0-9+/]{16,}={0,2})"/g)].map(([, text = '']) =>
    Buffer.from(text, 'base64').toString('latin1'),
  )
  return [written, ...hexadecimal, ...base64].join('\n')
}

const holds = (text: string, canary: string): boolean =>
  text.includes(canary) || text.includes(Buffer.from(canary).toString('base64').replace(/=+$/, '').slice(0, -1))
