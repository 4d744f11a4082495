import { type RawBuilder, sql } from 'kysely'

/** Where a statement has who did something, in which sign-in and when; columns by the names that they have in it. */
interface Deed {
  readonly person: string
  /** The hash of the sign-in’s token. */
  readonly session: string
  readonly at: string
}

/** That what was done belongs to a sign-in of its person that was live at that moment. */
export const inLiveSignIn = ({ person, session, at }: Deed): RawBuilder<boolean> => sql<boolean>`exists (
  select from session as live where live.token_hash = ${sql.ref(session)} and live.person = ${sql.ref(person)}
    and live.created_at <= ${sql.ref(at)} and live.expires_at >= ${sql.ref(at)})`
