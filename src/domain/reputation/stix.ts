import { indicatorOf, listOf, problem, type ReadEntry, type ReadList, skipped } from './indicator.ts'
import { type Fields, fieldsOf, jsonOf, membersOf, textOf } from './json-text.ts'
import { valuesIn } from './stix-pattern.ts'

/** The indicators of a STIX 2.1 bundle. Source: STIX 2.1, 4.7 Indicator. */
export function readStix(text: string): ReadList {
  const read = jsonOf(text)
  if (read.kind === 'problem') return listOf([{ place: 'the file', entry: problem(read.message) }])
  const bundle = fieldsOf(read.value)
  if (bundle['type'] !== 'bundle' || !Array.isArray(bundle['objects']))
    return listOf([{ place: 'the file', entry: problem('it is no STIX bundle with objects') }])
  return listOf(
    membersOf(bundle['objects']).map((object, place) => ({
      place: `objects[${place}]`,
      entry: entryOf(fieldsOf(object)),
    })),
  )
}

function entryOf(object: Fields): ReadEntry {
  if (object['type'] !== 'indicator') return skipped(`objects of type ${textOf(object['type']) ?? 'unknown'}`)
  if (object['spec_version'] !== '2.1') return problem('an indicator of STIX 2.1 has spec_version 2.1')
  if (object['revoked'] === true) return skipped('indicators that are revoked')
  if (object['pattern_type'] !== 'stix') return skipped('patterns of another language')
  return patternOf(object)
}

function patternOf(object: Fields): ReadEntry {
  const [pattern, from] = [textOf(object['pattern']), textOf(object['valid_from'])]
  if (pattern === undefined || from === undefined) return problem('an indicator has a pattern and valid_from')
  const values = valuesIn(pattern)
  if (values === null) return skipped('patterns of more than addresses and names')
  const until = textOf(object['valid_until'])
  return together(values.map((value) => indicatorOf({ value, why: nameOf(object), from, until })))
}

const nameOf = ({ name, description, id }: Fields): string =>
  textOf(name) ?? textOf(description) ?? textOf(id) ?? 'no name'

/** What several values of one entry come to: a problem of one is one of the whole. */
export function together(entries: readonly ReadEntry[]): ReadEntry {
  const wrong = entries.find(({ kind }) => kind === 'problem')
  if (wrong !== undefined) return wrong
  return {
    kind: 'indicators',
    indicators: entries.flatMap((entry) => (entry.kind === 'indicators' ? entry.indicators : [])),
  }
}
