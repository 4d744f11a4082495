import { readTimestamp, writeTimestamp } from './scalars.ts'
import { type Schema, type Structure, traitsOf } from './schema.ts'

/** Which name a member has on the wire: REST JSON honours `jsonName`, the RPC protocols do not. */
export type JsonNames = 'member' | 'jsonName'

const wireName = (name: string, member: Schema, names: JsonNames): string =>
  names === 'jsonName' ? (traitsOf(member).jsonName ?? name) : name

/** Reads a parsed JSON value into the shape's own types (dates, bytes, big integers). */
export function readJson(schema: Schema, value: unknown, names: JsonNames): unknown {
  if (value === null || value === undefined) return undefined
  if (schema.isDocumentSchema()) return value
  if (schema.isListSchema()) {
    return (value as readonly unknown[]).map((item) =>
      item === null ? null : readJson(schema.getValueSchema(), item, names),
    )
  }
  if (schema.isMapSchema()) {
    return mapValues(value as Structure, (item) =>
      item === null ? null : readJson(schema.getValueSchema(), item, names),
    )
  }
  if (schema.isStructSchema()) return readMembers(schema, value as Structure, names)
  return readScalar(schema, value)
}

function readMembers(schema: Schema, value: Structure, names: JsonNames): Structure {
  const members: Record<string, unknown> = {}
  for (const [name, member] of schema.structIterator()) {
    const read = readJson(member, value[wireName(name, member, names)], names)
    if (read !== undefined) members[name] = read
  }
  return members
}

function readScalar(schema: Schema, value: unknown): unknown {
  if (schema.isTimestampSchema()) return readTimestamp(schema, value as string | number, 'epoch-seconds')
  if (schema.isBlobSchema()) return new Uint8Array(Buffer.from(String(value), 'base64'))
  if (schema.isBigIntegerSchema()) return BigInt(value as number)
  if (schema.isNumericSchema() && typeof value === 'string') return Number(value)
  if (schema.isStringSchema() && typeof value !== 'string') return JSON.stringify(value)
  return value
}

interface WriteOptions {
  readonly names: JsonNames
  readonly only?: ReadonlySet<string>
}

/** Turns a value of the shape into what `JSON.stringify` should see; `only` limits the members of a structure. */
export function writeJson(schema: Schema, value: unknown, options: WriteOptions): unknown {
  const { names } = options
  if (value === null || value === undefined || schema.isDocumentSchema()) return value
  if (schema.isListSchema())
    return (value as readonly unknown[]).map((item) => writeJson(schema.getValueSchema(), item, { names }))
  if (schema.isMapSchema())
    return mapValues(value as Structure, (item) => writeJson(schema.getValueSchema(), item, { names }))
  if (schema.isStructSchema()) return writeMembers(schema, value as Structure, options)
  return writeScalar(schema, value)
}

function writeMembers(schema: Schema, value: Structure, { names, only }: WriteOptions): Structure {
  const written: Record<string, unknown> = {}
  for (const [name, member] of schema.structIterator()) {
    const memberValue = value[name]
    if (memberValue === undefined || (only && !only.has(name))) continue
    written[wireName(name, member, names)] = writeJson(member, memberValue, { names })
  }
  return written
}

function writeScalar(schema: Schema, value: unknown): unknown {
  if (value instanceof Date) return writeTimestamp(schema, value, 'epoch-seconds')
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (typeof value === 'bigint') return Number(value)
  return value
}

const mapValues = (entries: Structure, change: (value: unknown) => unknown): Structure =>
  Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, change(value)]))
