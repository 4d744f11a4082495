import Type, { type Static } from 'typebox'
import { contextKinds, criticalities, kindShapes } from '#domain/context'
import { account, closed } from '#store/policy/policy-schema-parts'

/** Text that is a time in UTC. */
export const UTC = '^[0-9]{4}-[0-9]{2}-[0-9]{2}(T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?Z)?$'
/** Text that names an entry. */
export const ENTRY = '^[a-z0-9][a-z0-9-]{0,62}$'

const time = (description: string) => Type.Optional(Type.String({ pattern: UTC, description }))
const words = (description: string) =>
  Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 1024 }), { minItems: 1, maxItems: 1000, description }),
  )

const purposes = contextKinds.map((kind) => `${kind}: ${kindShapes[kind].purpose}`).join('; ')

/** The file of what an organisation knows of its own assets. */
export const contextFileSchema = Type.Object(
  {
    entries: Type.Array(
      Type.Object(
        {
          id: Type.String({ pattern: ENTRY, description: 'What reasons cite; it stays when the entry changes' }),
          kind: Type.Enum([...contextKinds], { description: purposes }),
          owner: Type.String({ minLength: 1, maxLength: 200, description: 'Who answers for it' }),
          reason: Type.String({ minLength: 1, maxLength: 1000 }),
          from: time('Valid from then on: 2026-12-24, or 2026-12-24T18:00Z'),
          until: time('Valid before then'),
          accounts: Type.Optional(Type.Array(account, { minItems: 1, maxItems: 1000 })),
          regions: words('AWS Regions'),
          types: words('Finding types; a trailing * stands for anything'),
          entities: words('Names or ids of principals, keys and instances; a trailing * stands for anything'),
          networks: words('Ranges of addresses, in CIDR notation'),
          environment: Type.Optional(Type.Enum(['production', 'nonproduction'])),
          criticality: Type.Optional(Type.Enum([...criticalities])),
          repositories: words('Of an asset: the repositories that it comes from, such as github.com/acme/shop'),
        },
        closed,
      ),
      { maxItems: 2000 },
    ),
  },
  closed,
)
export type ContextFile = Static<typeof contextFileSchema>

/** Its JSON Schema, for editors. */
export const contextJsonSchema = (): Readonly<Record<string, unknown>> => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Cordon context',
  ...contextFileSchema,
})
