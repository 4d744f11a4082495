import { NormalizedSchema } from '@smithy/core/schema'

/** A shape of the AWS model, as the SDK's clients describe it. */
export type Schema = NormalizedSchema

type SchemaReference = Parameters<typeof NormalizedSchema.of>[0]

/** A decoded structure: what a client passes as input, and what it gets as output. */
export type Structure = Readonly<Record<string, unknown>>

/** The serialisation hints of a shape that this codec reads. */
export interface Traits {
  readonly xmlName?: string
  readonly xmlAttribute?: number
  readonly xmlFlattened?: number
  readonly xmlNamespace?: readonly [string?, string?]
  readonly ec2QueryName?: string
  readonly jsonName?: string
  readonly mediaType?: string
  readonly sensitive?: number
  readonly http?: readonly [method: string, path: string, status: number]
  readonly httpLabel?: number
  readonly httpQuery?: string
  readonly httpQueryParams?: number
  readonly httpHeader?: string
  readonly httpPrefixHeaders?: string
  readonly httpPayload?: number
  readonly httpResponseCode?: number
  readonly httpError?: number
  readonly awsQueryError?: readonly [code: string, status: number]
}

/** One operation of a service, from the SDK's own model. */
export interface OperationSchema {
  readonly name: string
  readonly namespace: string
  readonly http: Traits['http']
  readonly input: Schema
  readonly output: Schema
}

/** One modelled error of a service. */
export interface ErrorSchema {
  readonly name: string
  readonly traits: Traits
  readonly schema: Schema
}

/** What a client package tells about its service. */
export interface ServiceSchemas {
  readonly operations: ReadonlyMap<string, OperationSchema>
  readonly errors: readonly ErrorSchema[]
}

const OPERATION = 9
const ERROR = -3

export const schemaOf = (reference: unknown): Schema => NormalizedSchema.of(reference as SchemaReference)

export const traitsOf = (schema: Schema): Traits => schema.getMergedTraits() as Traits

/** The traits that belong to the member alone: `xmlName` of a target shape does not rename the member. */
export const memberTraitsOf = (schema: Schema): Traits => schema.getMemberTraits() as Traits

/** Reads the operations and errors out of an SDK client's module. */
export function readServiceSchemas(clientModule: Readonly<Record<string, unknown>>): ServiceSchemas {
  const operations = new Map<string, OperationSchema>()
  const errors: ErrorSchema[] = []
  for (const exported of Object.values(clientModule)) {
    if (!Array.isArray(exported)) continue
    const [kind, namespace, name, traits, input, output] = exported as [
      number,
      string,
      string,
      unknown,
      unknown,
      unknown,
    ]
    if (kind === OPERATION) {
      const http = typeof traits === 'object' && traits !== null ? (traits as Traits).http : undefined
      operations.set(name, { name, namespace, http, input: schemaOf(input), output: schemaOf(output) })
    } else if (kind === ERROR) {
      const schema = schemaOf(exported)
      errors.push({ name, traits: traitsOf(schema), schema })
    }
  }
  return { operations, errors }
}

/** Names of the members without which a call is not valid. */
export function requiredMembers(schema: Schema): readonly string[] {
  if (!schema.isStructSchema()) return []
  const [, , , , names, , required] = schema.getSchema() as unknown as [0, 0, 0, 0, readonly string[], 0, number?]
  return names.slice(0, required ?? 0)
}
