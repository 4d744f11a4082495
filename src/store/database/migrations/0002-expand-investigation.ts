import { type Kysely, sql } from 'kysely'

/** What people find out about incidents, and what is learned of it. Times are the database’s. */
const statements: readonly string[] = [
  // Who looks into what rules could not judge. One at a time; one that is over by its clock has ended by itself.
  `create table claim (
     id text primary key default gen_random_uuid()::text,
     incident text not null references incident,
     person text not null references person,
     at timestamptz not null default clock_timestamp(),
     until timestamptz not null,
     ended_at timestamptz,
     ended_how text check (ended_how in ('released', 'taken-over', 'answered')))`,
  `create unique index claim_current on claim (incident) where ended_at is null`,
  `create index claim_by_person on claim (person) where ended_at is null`,
  // What a person says that it is. It stands until there is another version of a finding.
  `create table analyst_verdict (
     id text primary key default gen_random_uuid()::text,
     incident text not null references incident,
     episode int not null,
     person text not null references person,
     verdict text not null check (verdict in ('threat', 'inappropriate', 'posture', 'benign-expected')),
     confidence text not null check (confidence in ('low', 'medium', 'high')),
     conclusion text not null,
     evidence text[] not null,
     rules_verdict text,
     versions int not null,
     overrides boolean not null,
     at timestamptz not null default clock_timestamp())`,
  `create index analyst_verdict_by_incident on analyst_verdict (incident, at)`,
  `create index analyst_verdict_by_time on analyst_verdict (at, id)`,
  `create table question (
     id text primary key default gen_random_uuid()::text,
     incident text not null references incident,
     person text not null references person,
     text text not null,
     at timestamptz not null default clock_timestamp())`,
  `create index question_by_incident on question (incident, at)`,
  `create table answer (
     id text primary key default gen_random_uuid()::text,
     question text not null references question,
     person text not null references person,
     text text not null,
     evidence text[] not null,
     at timestamptz not null default clock_timestamp())`,
  `create index answer_by_question on answer (question, at)`,
  // What rules answered without a person, drawn for somebody to look at.
  `create table review (
     incident text primary key references incident,
     verdict text not null check (verdict in ('benign-expected', 'posture')),
     owner text references person,
     due_at timestamptz not null,
     drawn_at timestamptz not null default clock_timestamp(),
     withdrawn_at timestamptz,
     reviewer text references person,
     outcome text check (outcome in ('right', 'wrong')),
     note text,
     reviewed_at timestamptz)`,
  // Which of the organisation’s logs Cordon is set up to ask; the executor knows where they are.
  `create table log_source (
     kind text primary key check (kind in ('trail', 'flows', 'dns', 'objects', 'kubernetes')))`,
  // What comes again: it has a cause that somebody has to own.
  `create table problem (
     id text primary key default gen_random_uuid()::text,
     subject text not null unique,
     opened_at timestamptz not null default clock_timestamp(),
     owner text,
     cause text,
     explained_by text references person,
     explained_at timestamptz)`,
  `create table problem_incident (
     problem text not null references problem,
     incident text not null references incident,
     at timestamptz not null default clock_timestamp(),
     primary key (problem, incident))`,
  `create index problem_incident_by_incident on problem_incident (incident)`,
  // A request may also be for evidence: then this is what came of it.
  `alter table plan_request add column evidence text references evidence`,
]

export const investigation = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db)
  },
}
