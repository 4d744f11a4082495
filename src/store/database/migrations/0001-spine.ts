import { type Kysely, sql } from 'kysely'
import { calls } from './spine-calls.ts'
import { correlation } from './spine-correlation.ts'
import { people } from './spine-people.ts'
import { producers } from './spine-producers.ts'
import { rules } from './spine-rules.ts'
import { sources } from './spine-sources.ts'

/** Statements in order; forward only. Times are the database’s. */
const statements: readonly string[] = [
  ...people,

  // Policy, accounts, builds.
  `create table policy (
     digest text primary key,
     body jsonb not null,
     source text not null,
     version int generated always as identity,
     applied_at timestamptz not null default clock_timestamp())`,
  `create table account (
     id text primary key,
     name text not null,
     environment text not null check (environment in ('production', 'nonproduction')),
     partition text not null default 'aws',
     regions text[] not null,
     organizational_unit text,
     external_id text,
     registered_by text references person,
     connected_at timestamptz)`,
  `create table build (
     id text primary key,
     catalogue_digest text not null,
     manifest jsonb not null,
     registered_at timestamptz not null default clock_timestamp(),
     activated_at timestamptz)`,

  // Findings and incidents.
  `create table incident (
     id text primary key,
     correlation_key text not null,
     title text not null,
     severity_milli int not null,
     status text not null default 'open' check (status in ('open', 'contained', 'recovered', 'closed')),
     phase text not null default 'prepare' check (phase in ('prepare', 'triage', 'escalate', 'contain', 'recover')),
     episode int not null default 1,
     account text not null,
     region text not null,
     verdict text,
     reasons text[] not null default '{}',
     -- By what the verdict was made: rules, and entries of the context with their owners.
     verdict_by jsonb not null default '[]',
     confidence text, priority text check (priority in ('P1', 'P2', 'P3', 'P4')), priority_terms jsonb not null default '[]', answer_by timestamptz,
     runbook text,
     build text not null references build,
     policy_digest text not null references policy,
     acknowledged_by text,
     acknowledged_at timestamptz,
     closure_code text,
     lessons text,
     closed_at timestamptz,
     merged_into text references incident,
     related_to text references incident,
     opened_at timestamptz not null default clock_timestamp(),
     updated_at timestamptz not null default clock_timestamp())`,
  `create unique index incident_open_by_key on incident (correlation_key) where status <> 'closed'`,
  `create index incident_closed_by_key on incident (correlation_key, closed_at desc) where status = 'closed'`,
  `create index incident_by_related on incident (related_to) where related_to is not null`,
  `create index incident_by_time on incident (opened_at desc, id desc)`,
  `create table finding (
     key text primary key,
     finding_id text not null,
     source text not null,
     type text not null,
     account text not null,
     region text not null,
     severity_milli int not null,
     incident text not null references incident,
     body jsonb not null,
     updated_at text not null,
     count int not null,
     -- The digest of what it says, whatever its id and times: a storm repeats itself.
     likeness text not null,
     received_at timestamptz not null default clock_timestamp())`,
  `create index finding_by_incident on finding (incident, likeness)`,
  `create index finding_by_id on finding (finding_id)`,
  `create index finding_by_place on finding (account, region, received_at)`,
  `create index finding_by_time on finding (received_at, key collate "C")`,
  `create table finding_version (
     finding text not null references finding,
     digest text not null,
     rank smallint not null,
     updated_at text not null,
     count int not null,
     body jsonb not null,
     raw jsonb not null,
     channel text not null,
     received_at timestamptz not null default clock_timestamp(),
     -- What the accounting counts by: said by the version itself, and read without unpacking its body.
     source text generated always as (body ->> 'source') stored,
     account text generated always as (body ->> 'account') stored,
     region text generated always as (body ->> 'region') stored,
     primary key (finding, digest))`,
  `create index finding_version_by_time on finding_version (received_at)`,
  ...correlation,
  `create table wake (
     incident text primary key references incident,
     requested bigint not null default 1,
     handled bigint not null default 0,
     requested_at timestamptz not null default clock_timestamp())`,
  `create index wake_unhandled on wake (requested_at) where handled < requested`,

  // What the workflow asked, and what came of it.
  `create table episode_run (
     incident text not null references incident,
     episode int not null,
     run text not null,
     at timestamptz not null default clock_timestamp(),
     primary key (incident, episode, run))`,
  `create table verb_call (
     key text primary key,
     incident text not null references incident,
     episode int not null,
     position int not null,
     verb text not null,
     arguments_digest text not null,
     arguments jsonb not null,
     outcome jsonb,
     asked_at timestamptz not null default clock_timestamp(),
     answered_at timestamptz,
     unique (incident, episode, position))`,
  ...calls,
  `create table evidence (
     id text primary key default gen_random_uuid()::text,
     incident text not null references incident,
     key text not null unique,
     kind text not null,
     question jsonb not null,
     digest text not null,
     body jsonb not null,
     collected_at timestamptz not null default clock_timestamp())`,

  // Plans, votes, permits.
  `create table plan_request (
     id text primary key default gen_random_uuid()::text,
     incident text not null references incident,
     person text references person, -- null: the policy asks, because nobody decided a plan, or Cordon, because a suppression ended
     idempotency_key text,
     body jsonb not null,
     plan text,
     refused jsonb,
     at timestamptz not null default clock_timestamp(),
     unique (incident, person, idempotency_key))`,
  `create table plan (
     hash text primary key,
     bytes bytea not null,
     incident text not null references incident,
     episode int not null,
     verb_key text not null,
     revision int not null,
     purpose text not null,
     tier text not null,
     proposer text not null,
     status text not null default 'proposed'
       check (status in ('proposed', 'approved', 'denied', 'expired', 'superseded', 'executing', 'done', 'partial', 'failed')),
     status_reason text,
     undoes text references plan,
     proposed_at timestamptz not null default clock_timestamp(),
     decide_by timestamptz not null,
     approved_at timestamptz,
     run_by timestamptz,
     closed_at timestamptz,
     superseded_by text,
     unique (verb_key, revision))`,
  `create index plan_by_incident on plan (incident)`,
  `create index plan_open on plan (status) where status in ('proposed', 'approved', 'executing')`,
  `create table plan_step (
     plan text not null references plan,
     index int not null,
     target_key text not null,
     account text not null,
     status text not null default 'proposed' check (status in ('proposed', 'applied', 'done', 'failed', 'skipped')),
     intended_at timestamptz,
     outcome jsonb,
     ended_at timestamptz,
     verified_at timestamptz,
     residual text[] not null default '{}',
     primary key (plan, index))`,
  `create index plan_step_by_target on plan_step (target_key)`,
  `create table verification (
     plan text not null references plan,
     round int not null,
     discrepancies jsonb not null,
     at timestamptz not null default clock_timestamp(),
     primary key (plan, round))`,
  `create table vote (
     id text primary key default gen_random_uuid()::text,
     plan text not null references plan,
     person text not null references person,
     decision text not null check (decision in ('approve', 'deny', 'hold', 'withdraw')),
     reason text,
     session text not null,
     assertion jsonb,
     at timestamptz not null default clock_timestamp())`,
  // Not unique by decision: who approved and then held may approve again.
  `create index vote_by_plan on vote (plan, at)`,
  `create table break_glass (
     plan text primary key references plan,
     incident text not null references incident,
     person text not null references person,
     reason text not null,
     session text not null,
     at timestamptz not null default clock_timestamp(),
     review_by timestamptz not null,
     remind_ms bigint not null,
     reminded_at timestamptz not null default clock_timestamp(),
     reviewed_by text references person,
     reviewed_at timestamptz,
     review text)`,
  `create index break_glass_open on break_glass (person) where reviewed_at is null`,
  `create table permit (
     id text primary key default gen_random_uuid()::text,
     plan text not null references plan,
     step int not null,
     target_key text not null,
     account text not null,
     scaling_group text,
     tags jsonb not null default '{}',
     standing_approval text,
     attempt int not null default 1,
     given_values jsonb not null,
     opened_at timestamptz not null default clock_timestamp(),
     closed_at timestamptz,
     outcome jsonb)`,
  `create unique index permit_open on permit (plan, step) where closed_at is null`,
  `create index permit_by_account on permit (account, opened_at)`,
  `create index permit_by_standing_approval on permit (standing_approval, opened_at) where standing_approval is not null`,
  `create index permit_by_scaling_group on permit (scaling_group, opened_at) where scaling_group is not null`,
  `create table containment (
     plan text not null references plan,
     step int not null,
     incident text not null references incident,
     target_key text not null,
     since timestamptz not null default clock_timestamp(),
     released_at timestamptz,
     release_reason text,
     released_by text references plan,
     primary key (plan, step))`,
  // What stands is little; what was released is everything else.
  `create index containment_held on containment (plan) where released_at is null`,
  `create table lease (
     plan text primary key references plan,
     incident text not null references incident,
     until timestamptz not null,
     term_ms bigint not null,
     warn_ms bigint not null,
     -- The end of which people were told: it is told once, and again after a renewal.
     warned_for timestamptz,
     ended_for timestamptz,
     renewed_by text references person,
     renewed_at timestamptz,
     reason text)`,
  `create table freeze_order (
     id text primary key default gen_random_uuid()::text,
     account text,
     reason text not null,
     started_by text not null references person,
     started_at timestamptz not null default clock_timestamp(),
     ends_at timestamptz not null,
     lift_asked_by text references person,
     lifted_by text references person,
     lifted_at timestamptz)`,
  `create table drill (
     id text primary key default gen_random_uuid()::text,
     name text not null,
     finding_id text not null unique,
     finding_ids text[] not null,
     incident text,
     person text not null references person,
     at timestamptz not null default clock_timestamp())`,

  ...rules,

  // The log. Bytes are what is hashed; jsonb would be written anew by the database.
  `create table audit_entry (
     id bigint generated always as identity primary key,
     stream text not null,
     seq int not null,
     type text not null,
     -- As the body says it, to be searched by: a person’s id, or its kind and id with a slash between them.
     actor text not null,
     body bytea not null,
     at timestamptz not null,
     unique (stream, seq))`,
  `create index audit_entry_by_type on audit_entry (type, at)`,
  `create index audit_entry_by_actor on audit_entry (actor, id)`,
  // Entries come in the order of time, nearly: a map of the blocks is enough, and costs the writers nothing.
  `create index audit_entry_by_time on audit_entry using brin (at)`,
  // In a function, so that the numbers are read after the lock was given: a statement by itself reads what was there before it waited.
  `create function next_event_place(of_stream text, out seq int, out at text) language plpgsql as $$
   begin
     perform pg_advisory_xact_lock(hashtextextended('stream/' || of_stream, 0));
     select coalesce(max(entry.seq), 0) + 1, to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
       into seq, at from audit_entry entry where entry.stream = of_stream;
   end $$`,
  `create table audit_pending (id bigint primary key references audit_entry)`,
  `create table audit_leaf (index bigint primary key, entry bigint not null unique references audit_entry, hash bytea not null)`,
  `create table audit_edge (level int primary key, hash bytea not null)`,
  `create table checkpoint (size bigint primary key, root bytea not null, note text not null, at timestamptz not null default clock_timestamp())`,
]

export const spine = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of [...statements, ...sources, ...producers]) await sql.raw(statement).execute(db)
  },
}
