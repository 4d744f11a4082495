import fc from 'fast-check'
import type { Json } from '#domain/json'

const scalar = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.maxSafeInteger().map((number) => number + 0),
  fc.boolean(),
  fc.constant(null),
)

/** Any value that a record may hold. */
export const anyJson: fc.Arbitrary<Json> = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.array(tie('json'), { maxLength: 5 }),
    fc.dictionary(fc.string({ unit: 'grapheme' }), tie('json'), { maxKeys: 5 }),
  ),
})).json
