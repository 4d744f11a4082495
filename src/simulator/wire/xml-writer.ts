import { writeText } from './scalars.ts'
import { memberTraitsOf, type Schema, type Structure, type Traits, traitsOf } from './schema.ts'

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
}

export const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'

export const escapeXml = (text: string): string => text.replace(/[&<>"\r]/g, (character) => ESCAPES[character] ?? '')

/** An XML element of the given shape, or nothing for an absent value. */
export function writeElement(schema: Schema, tag: string, value: unknown): string {
  if (value === undefined || value === null) return ''
  if (schema.isListSchema()) return writeList(schema, tag, value as readonly unknown[])
  if (schema.isMapSchema()) return writeMap(schema, tag, value as Structure)
  if (schema.isStructSchema()) {
    const { attributes, content } = writeMembers(schema, value as Structure)
    return `<${tag}${namespaceOf(traitsOf(schema))}${attributes}>${content}</${tag}>`
  }
  return `<${tag}>${escapeXml(writeText(schema, value, 'date-time'))}</${tag}>`
}

function writeList(schema: Schema, tag: string, items: readonly unknown[]): string {
  const member = schema.getValueSchema()
  const isFlat = traitsOf(schema).xmlFlattened
  const itemTag = isFlat ? tag : (traitsOf(member).xmlName ?? 'member')
  const content = items.map((item) => writeElement(member, itemTag, item)).join('')
  return isFlat ? content : `<${tag}${namespaceOf(traitsOf(schema))}>${content}</${tag}>`
}

function writeMap(schema: Schema, tag: string, entries: Structure): string {
  const [keySchema, valueSchema] = [schema.getKeySchema(), schema.getValueSchema()]
  const isFlat = traitsOf(schema).xmlFlattened
  const entryTag = isFlat ? tag : 'entry'
  const content = Object.entries(entries)
    .map(([key, value]) => {
      const keyElement = writeElement(keySchema, traitsOf(keySchema).xmlName ?? 'key', key)
      return `<${entryTag}>${keyElement}${writeElement(valueSchema, traitsOf(valueSchema).xmlName ?? 'value', value)}</${entryTag}>`
    })
    .join('')
  return isFlat ? content : `<${tag}>${content}</${tag}>`
}

/** The members of a structure as XML, limited to `only` when it is given. */
export function writeMembers(
  schema: Schema,
  value: Structure,
  only?: ReadonlySet<string>,
): { readonly attributes: string; readonly content: string } {
  let attributes = ''
  let content = ''
  for (const [name, member] of schema.structIterator()) {
    const memberValue = value[name]
    if (memberValue === undefined || memberValue === null || (only && !only.has(name))) continue
    const tag = memberTraitsOf(member).xmlName ?? name
    if (traitsOf(member).xmlAttribute)
      attributes += ` ${tag}="${escapeXml(writeText(member, memberValue, 'date-time'))}"`
    else content += writeElement(member, tag, memberValue)
  }
  return { attributes, content }
}

/** The root element of a document. */
export function writeRoot(
  schema: Schema,
  value: Structure,
  root: { readonly tag: string; readonly xmlns?: string; readonly only?: ReadonlySet<string> },
): string {
  const { attributes, content } = writeMembers(schema, value, root.only)
  return `<${root.tag}${root.xmlns ? ` xmlns="${root.xmlns}"` : ''}${attributes}>${content}</${root.tag}>`
}

function namespaceOf({ xmlNamespace }: Traits): string {
  if (!xmlNamespace?.[1]) return ''
  const [prefix, uri] = xmlNamespace
  return ` ${prefix ? `xmlns:${prefix}` : 'xmlns'}="${escapeXml(uri)}"`
}
