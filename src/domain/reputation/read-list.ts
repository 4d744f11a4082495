import { readCsvList } from './csv-list.ts'
import { listOf, problem, type ReadList, type ReputationFormat } from './indicator.ts'
import { readMisp } from './misp.ts'
import { readStix } from './stix.ts'

/** In characters; a list of this size has tens of thousands of lines. */
export const MOST_CHARACTERS = 4_000_000
const MOST_INDICATORS = 50_000
const MOST_PROBLEMS = 50

const readers: Readonly<Record<ReputationFormat, (text: string) => ReadList>> = {
  stix: readStix,
  csv: readCsvList,
  misp: readMisp,
}

/** Reads a list of bad addresses and names. One wrong line is a problem of the whole: half a list would look like all of it. */
export function readReputation(format: ReputationFormat, text: string): ReadList {
  if (text.length > MOST_CHARACTERS) return refused(`it is larger than ${MOST_CHARACTERS} characters`)
  const read = readers[format](text)
  if (read.indicators.length > MOST_INDICATORS) return refused(`it has more than ${MOST_INDICATORS} indicators`)
  const more = read.problems.length - MOST_PROBLEMS
  if (more <= 0) return read
  return {
    ...read,
    problems: [
      ...read.problems.slice(0, MOST_PROBLEMS),
      { place: 'the file', message: `${more} more lines are wrong` },
    ],
  }
}

const refused = (message: string): ReadList => listOf([{ place: 'the file', entry: problem(message) }])
