import { type Schema, type Structure, traitsOf } from '#simulator/wire/schema'

/** Tokens are not marked as sensitive in the model, but a log is no place for them. */
const NEVER_SHOWN = new Set(['SessionToken'])

/** The value as CloudTrail shows it: member names in lower camel case, nothing sensitive, no bytes. */
export function visible(schema: Schema, value: unknown): unknown {
  if (value === undefined || value === null || traitsOf(schema).sensitive || schema.isBlobSchema()) return undefined
  if (schema.isListSchema()) return (value as readonly unknown[]).map((item) => visible(schema.getValueSchema(), item))
  if (schema.isMapSchema()) {
    return Object.fromEntries(
      Object.entries(value as Structure).map(([key, item]) => [key, visible(schema.getValueSchema(), item)]),
    )
  }
  return schema.isStructSchema() ? visibleMembers(schema, value as Structure) : value
}

function visibleMembers(schema: Schema, value: Structure): Structure {
  const members: Record<string, unknown> = {}
  for (const [name, member] of schema.structIterator()) {
    const shown = NEVER_SHOWN.has(name) ? undefined : visible(member, value[name])
    if (shown !== undefined) members[name.charAt(0).toLowerCase() + name.slice(1)] = shown
  }
  return members
}
