import { readText } from './scalars.ts'
import { memberTraitsOf, type Schema, type Structure, traitsOf } from './schema.ts'

/** A parsed element: its name, its text and its child elements in order. */
export interface XmlElement {
  readonly name: string
  readonly text: string
  readonly children: readonly XmlElement[]
}

interface OpenElement {
  readonly name: string
  text: string
  readonly children: XmlElement[]
}

const TOKEN = /<!\[CDATA\[([\s\S]*?)\]\]>|<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<(\/?)([^\s/>]+)([^>]*?)(\/?)>|([^<]+)/g
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/** Parses a document into its root element; throws a SyntaxError when elements do not match. DTDs are not read. */
export function parseXml(source: string): XmlElement {
  const root: OpenElement = { name: '', text: '', children: [] }
  const open = [root]
  for (const [, cdata, closing, name, , selfClosing, text] of source.matchAll(TOKEN)) {
    const current = open.at(-1) ?? root
    if (cdata !== undefined) current.text += cdata
    else if (text !== undefined) current.text += unescapeXml(text)
    else if (name && closing) closeElement(open, name)
    else if (name) openElement({ open, name, stays: selfClosing !== '/' })
  }
  const [document] = root.children
  if (open.length !== 1 || !document) throw new SyntaxError('The XML you provided was not well-formed')
  return document
}

function openElement(tag: { readonly open: OpenElement[]; readonly name: string; readonly stays: boolean }): void {
  const element: OpenElement = { name: localName(tag.name), text: '', children: [] }
  tag.open.at(-1)?.children.push(element)
  if (tag.stays) tag.open.push(element)
}

function closeElement(open: OpenElement[], name: string): void {
  const closed = open.pop()
  if (closed?.name !== localName(name)) throw new SyntaxError('The XML you provided was not well-formed')
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1)

function unescapeXml(text: string): string {
  return text.replace(/&(#x?[\da-fA-F]+|\w+);/g, (whole, entity: string) => {
    if (entity.startsWith('#x')) return String.fromCodePoint(Number.parseInt(entity.slice(2), 16))
    if (entity.startsWith('#')) return String.fromCodePoint(Number(entity.slice(1)))
    return ENTITIES[entity] ?? whole
  })
}

/** Reads a value of the given shape from an element. */
export function readXml(schema: Schema, element: XmlElement): unknown {
  if (schema.isListSchema()) {
    const member = schema.getValueSchema()
    return childrenOf(element, traitsOf(member).xmlName ?? 'member').map((child) => readXml(member, child))
  }
  if (schema.isMapSchema()) return readEntries(schema, childrenOf(element, 'entry'))
  if (schema.isStructSchema()) return readStructure(schema, element)
  return readText(schema, element.text, 'date-time')
}

function readStructure(schema: Schema, element: XmlElement): Structure {
  const members: Record<string, unknown> = {}
  for (const [name, member] of schema.structIterator()) {
    const found = childrenOf(element, memberTraitsOf(member).xmlName ?? name)
    const value = readMember(member, found)
    if (value !== undefined) members[name] = value
  }
  return members
}

function readMember(member: Schema, found: readonly XmlElement[]): unknown {
  const [first] = found
  if (!first) return undefined
  const isFlat = traitsOf(member).xmlFlattened
  if (isFlat && member.isListSchema()) return found.map((child) => readXml(member.getValueSchema(), child))
  if (isFlat && member.isMapSchema()) return readEntries(member, found)
  return readXml(member, first)
}

function readEntries(schema: Schema, entries: readonly XmlElement[]): Structure {
  const [keyTag, valueTag] = [
    traitsOf(schema.getKeySchema()).xmlName ?? 'key',
    traitsOf(schema.getValueSchema()).xmlName ?? 'value',
  ]
  return Object.fromEntries(
    entries.map((entry) => {
      const [value] = childrenOf(entry, valueTag)
      return [childText(entry, keyTag) ?? '', value && readXml(schema.getValueSchema(), value)]
    }),
  )
}

const childrenOf = (element: XmlElement, name: string): readonly XmlElement[] =>
  element.children.filter((child) => child.name === name)

const childText = (element: XmlElement, name: string): string | undefined => childrenOf(element, name)[0]?.text

/** The text of the first element of this name anywhere below. */
export function findText(element: XmlElement, name: string): string | undefined {
  if (element.name === name) return element.text
  for (const child of element.children) {
    const found = findText(child, name)
    if (found !== undefined) return found
  }
  return undefined
}
