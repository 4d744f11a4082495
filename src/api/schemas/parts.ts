import Type from 'typebox'

/** Something or null. */
export const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])

export const Time = Type.String({ format: 'date-time' })

/** RFC 9457 problem details. */
export const Problem = Type.Object(
  { type: Type.String(), title: Type.String(), status: Type.Integer(), code: Type.String(), detail: Type.String() },
  { description: 'RFC 9457 problem details; `code` is of a closed list' },
)

export const Limit = Type.String({ pattern: '^[1-9][0-9]{0,2}$', description: 'How many at most, 1 to 999' })
export const Cursor = Type.String({ minLength: 1, maxLength: 1024, description: '`next` of the page before' })

export const paging = { limit: Type.Optional(Limit), cursor: Type.Optional(Cursor) }

/** A page’s size from its text. */
export const limitOf = (text: string | undefined, usual: number): number => (text === undefined ? usual : Number(text))

/** What every call may answer instead. */
export const problems = { '4xx': Problem, '5xx': Problem } as const

export const IncidentParams = Type.Object({ id: Type.String() })
export const PlanParams = Type.Object({ hash: Type.String() })

/** The schema of an answer: it documents, and a test holds the answers to it. Store rows are read-only, which its type could not say. */
export const answers = (schema: Type.TSchema): Type.TUnsafe<unknown> => Type.Unsafe<unknown>(schema)
