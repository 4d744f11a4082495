import Type, { type Static } from 'typebox'
import { Value } from 'typebox/value'
import { refusal } from '#store/database/refusal'
import type { Simulator } from './deps.ts'
import { Drills } from './schemas/drills.ts'

const ANSWER_TIMEOUT_MS = 30_000

const Offered = Type.Pick(Drills, ['drills', 'accounts'])
const Started = Type.Object({ findingId: Type.String(), moreFindingIds: Type.Optional(Type.Array(Type.String())) })

/** The drills that the simulator can play, and in which accounts. Throws `unavailable`. */
export async function drillsOffered(simulator: Simulator): Promise<Static<typeof Offered>> {
  const { body } = await ask(simulator, 'drills')
  if (!Value.Check(Offered, body)) throw unexpected(body)
  return body
}

/** Starts a drill; answers the id of the finding that it raises. Throws `unprocessable` for a drill that there is not, and `unavailable`. */
export async function askSimulator(
  simulator: Simulator,
  name: string,
  account: string | undefined,
): Promise<readonly string[]> {
  const { drills: offered } = await drillsOffered(simulator)
  if (!offered.some((drill) => drill.name === name))
    throw refusal(
      'unprocessable',
      `There is no drill ${name}; there is ${offered.map((drill) => drill.name).join(', ')}`,
    )
  const { ok, body } = await ask(simulator, `drills/${name}`, account === undefined ? {} : { account })
  if (!ok) throw refusal('unprocessable', `The drill could not be played: ${JSON.stringify(body)}`)
  if (!Value.Check(Started, body)) throw unexpected(body)
  return [body.findingId, ...(body.moreFindingIds ?? [])]
}

/** Throws `unavailable` when the simulator does not answer. */
export async function checkSimulator({ url }: Simulator): Promise<void> {
  const response = await fetch(new URL('/_simulator/health', url), { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) })
  await response.body?.cancel()
  if (!response.ok) throw refusal('unavailable', 'The simulated accounts do not answer')
}

const unexpected = (body: unknown) =>
  refusal('unavailable', `The simulated accounts gave an unexpected answer: ${JSON.stringify(body).slice(0, 200)}`)

/** A GET, or a POST of the wish. */
async function ask({ url, controlToken }: Simulator, path: string, wish?: object) {
  try {
    const response = await fetch(new URL(`/_simulator/${path}`, url), {
      method: wish === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${controlToken}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
      ...(wish === undefined ? {} : { body: JSON.stringify(wish) }),
    })
    const body: unknown = await response.json()
    return { ok: response.ok, body }
  } catch (cause) {
    throw Object.assign(refusal('unavailable', 'The simulated accounts cannot be reached: is the simulator running?'), {
      cause,
    })
  }
}
