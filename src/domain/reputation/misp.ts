import { indicatorOf, listOf, problem, type ReadEntry, type ReadList, skipped } from './indicator.ts'
import { type Fields, fieldsOf, jsonOf, membersOf, textOf } from './json-text.ts'
import { together } from './stix.ts'

/** How each type of attribute writes its addresses and names. Source: MISP core format, attribute types. */
const valuesBy: Readonly<Record<string, (value: string) => readonly string[]>> = {
  'ip-src': (value) => [value],
  'ip-dst': (value) => [value],
  'ip-src|port': (value) => [beforeBar(value)],
  'ip-dst|port': (value) => [beforeBar(value)],
  domain: (value) => [value],
  hostname: (value) => [value],
  'hostname|port': (value) => [beforeBar(value)],
  'domain|ip': (value) => value.split('|'),
}

const beforeBar = (value: string): string => value.split('|')[0] ?? ''

/** The attributes of an event as MISP exports it, or of several as its search answers. */
export function readMisp(text: string): ReadList {
  const read = jsonOf(text)
  if (read.kind === 'problem') return listOf([{ place: 'the file', entry: problem(read.message) }])
  const events = eventsIn(read.value)
  if (events.length === 0) return listOf([{ place: 'the file', entry: problem('it has no Event of MISP') }])
  return listOf(events.flatMap((event, place) => attributesOf(event, `Event[${place}]`)))
}

function eventsIn(value: unknown): readonly Fields[] {
  const all = Array.isArray(value) ? value : (fieldsOf(value)['response'] ?? [value])
  return membersOf(all).flatMap((one) => {
    const event = fieldsOf(one)['Event']
    return event === undefined ? [] : [fieldsOf(event)]
  })
}

interface Placed {
  readonly place: string
  readonly entry: ReadEntry
}

function attributesOf(event: Fields, place: string): readonly Placed[] {
  const about = textOf(event['info']) ?? 'an event of MISP'
  const own = attributesIn(event, `${place}.Attribute`, about)
  const objects = membersOf(event['Object']).flatMap((object, index) =>
    attributesIn(fieldsOf(object), `${place}.Object[${index}].Attribute`, about),
  )
  return [...own, ...objects]
}

const attributesIn = (holder: Fields, place: string, about: string): readonly Placed[] =>
  membersOf(holder['Attribute']).map((attribute, index) => ({
    place: `${place}[${index}]`,
    entry: entryOf(fieldsOf(attribute), about),
  }))

function entryOf(attribute: Fields, about: string): ReadEntry {
  const [type, value] = [textOf(attribute['type']), textOf(attribute['value'])]
  if (type === undefined || value === undefined) return problem('an attribute has a type and a value')
  if (attribute['deleted'] === true) return skipped('attributes that are deleted')
  if (attribute['to_ids'] !== true) return skipped('attributes that are not for detection')
  const values = Object.hasOwn(valuesBy, type) ? valuesBy[type]?.(value) : undefined
  if (values === undefined) return skipped(`attributes of type ${type}`)
  const comment = textOf(attribute['comment'])
  const why = comment === undefined || comment === '' ? about : `${about}: ${comment}`
  return together(values.map((one) => indicatorOf({ value: one, why })))
}
