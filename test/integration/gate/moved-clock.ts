import { sql } from 'kysely'
import type { Database } from '#store/database/database'

/**
 * Makes the database's clock one that a test can move: connections from now on, and the defaults of columns, take theirs before Postgres's own.
 * Records stay as they are written.
 */
export async function takeClock(owner: Database): Promise<void> {
  await sql`create schema moved`.execute(owner)
  await sql`create table moved.clock (minutes int not null)`.execute(owner)
  await sql`insert into moved.clock values (0)`.execute(owner)
  await sql`create function moved.clock_timestamp() returns timestamptz language sql volatile as
    'select pg_catalog.clock_timestamp() + make_interval(mins => minutes) from moved.clock'`.execute(owner)
  await sql`grant usage on schema moved to public`.execute(owner)
  await sql`grant select on moved.clock to public`.execute(owner)
  await sql`do $$ declare one record; begin
    execute format('alter database %I set search_path = moved, pg_catalog, public', current_database());
    for one in select table_name as place, column_name as name from information_schema.columns
                where table_schema = 'public' and column_default like '%clock_timestamp()%' loop
      execute format('alter table public.%I alter column %I set default moved.clock_timestamp()', one.place, one.name);
    end loop;
  end $$`.execute(owner)
}

/** Sets the clock so many minutes ahead of Postgres's own. */
export async function setClock(owner: Database, minutes: number): Promise<void> {
  await sql`update moved.clock set minutes = ${minutes}`.execute(owner)
}
