import { readText } from './scalars.ts'
import { type Schema, type Structure, traitsOf } from './schema.ts'

/** The two dialects of form-encoded requests: they name lists and members differently. */
export type FormDialect = 'awsQuery' | 'ec2Query'

/** A form body as a tree: `A.B.1=x` is the value at A → B → 1. */
export interface FormNode {
  readonly value?: string
  readonly children: ReadonlyMap<string, FormNode>
}

interface GrowingNode {
  value?: string
  readonly children: Map<string, GrowingNode>
}

export function parseForm(body: string): FormNode {
  const root: GrowingNode = { children: new Map() }
  for (const [key, value] of new URLSearchParams(body)) {
    let node = root
    for (const part of key.split('.')) node = childOf(node, part)
    node.value = value
  }
  return root
}

function childOf(node: GrowingNode, name: string): GrowingNode {
  const existing = node.children.get(name)
  if (existing) return existing
  const created: GrowingNode = { children: new Map() }
  node.children.set(name, created)
  return created
}

/** Reads a value of the given shape; undefined when the form does not name it. */
export function readForm(schema: Schema, node: FormNode | undefined, dialect: FormDialect): unknown {
  if (!node) return undefined
  if (schema.isListSchema()) return readList(schema, node, dialect)
  if (schema.isMapSchema()) return readMap(schema, node, dialect)
  if (schema.isStructSchema()) return readStructure(schema, node, dialect)
  return node.value === undefined ? undefined : readText(schema, node.value, 'date-time')
}

function readList(schema: Schema, node: FormNode, dialect: FormDialect): readonly unknown[] | undefined {
  const member = schema.getValueSchema()
  const isFlat = dialect === 'ec2Query' || traitsOf(schema).xmlFlattened
  const items = isFlat ? node : (node.children.get(traitsOf(member).xmlName ?? 'member') ?? node.children.get('member'))
  if (items) return numbered(items).map((item) => readForm(member, item, dialect))
  return node.value === '' ? [] : undefined
}

function readMap(schema: Schema, node: FormNode, dialect: FormDialect): Structure {
  const items = traitsOf(schema).xmlFlattened ? node : node.children.get('entry')
  const key = traitsOf(schema.getKeySchema()).xmlName ?? 'key'
  const value = traitsOf(schema.getValueSchema()).xmlName ?? 'value'
  const entries = items ? numbered(items) : []
  return Object.fromEntries(
    entries.map((entry) => [
      entry.children.get(key)?.value ?? '',
      readForm(schema.getValueSchema(), entry.children.get(value), dialect),
    ]),
  )
}

function readStructure(schema: Schema, node: FormNode, dialect: FormDialect): Structure {
  const members: Record<string, unknown> = {}
  for (const [name, member] of schema.structIterator()) {
    const value = readForm(member, node.children.get(formNameOf(name, member, dialect)), dialect)
    if (value !== undefined) members[name] = value
  }
  return members
}

function formNameOf(name: string, member: Schema, dialect: FormDialect): string {
  const { xmlName = name, ec2QueryName } = traitsOf(member)
  return dialect === 'ec2Query' ? (ec2QueryName ?? capitalised(xmlName)) : xmlName
}

const capitalised = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1)

const numbered = (node: FormNode): readonly FormNode[] =>
  [...node.children]
    .filter(([key]) => /^\d+$/.test(key))
    .toSorted(([left], [right]) => Number(left) - Number(right))
    .map(([, child]) => child)
