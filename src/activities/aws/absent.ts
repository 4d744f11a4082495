/** EC2’s codes name the thing first. Source: EC2 API error codes. */
const ABSENT = /^(NoSuchEntity|ResourceNotFound)|\.NotFound$/

/** For calls to which “there is no such thing” is an answer, not a failure. */
export async function absentAs<Found, Instead>(instead: Instead, call: Promise<Found>): Promise<Found | Instead> {
  return call.catch((error: unknown) => {
    if (error instanceof Error && ABSENT.test(error.name)) return instead
    throw error
  })
}
