/** Of the first migration, what is about Cordon’s own rules: which were in force, and what people decide about them. */
export const rules: readonly string[] = [
  // Which policy came into force when; the same one may come again.
  `create table policy_version (
     version int generated always as identity primary key,
     policy text not null references policy,
     source text not null,
     change text,
     at timestamptz not null default clock_timestamp())`,
  `create table change (
     id text primary key default gen_random_uuid()::text,
     kind text not null,
     title text not null,
     body jsonb not null,
     digest text not null,
     proposer text not null references person,
     status text not null default 'proposed' check (status in ('proposed', 'in-force', 'denied', 'expired', 'withdrawn')),
     status_reason text,
     proposed_at timestamptz not null default clock_timestamp(),
     decide_by timestamptz not null,
     closed_at timestamptz)`,
  `create index change_open on change (decide_by) where status = 'proposed'`,
  `create table change_vote (
     id text primary key default gen_random_uuid()::text,
     change text not null references change,
     digest text not null,
     person text not null references person,
     decision text not null check (decision in ('approve', 'deny')),
     reason text,
     session text not null,
     -- What proves the vote by a passkey, whole.
     assertion jsonb,
     at timestamptz not null default clock_timestamp())`,
  `create index change_vote_by_change on change_vote (change, at)`,
  // Where Cordon may do nothing by itself; a change in force that names it closes it.
  `create table breaker (
     id text primary key default gen_random_uuid()::text,
     account text not null,
     plan text not null,
     reason text not null,
     opened_at timestamptz not null default clock_timestamp())`,
  `create index breaker_by_account on breaker (account, opened_at)`,
  // What the organisation knows of its own assets; the newest version is in force.
  `create table context_version (
     version int generated always as identity primary key,
     digest text not null,
     body jsonb not null,
     source text not null,
     change text,
     at timestamptz not null default clock_timestamp())`,
  // Which entry said something of which finding: an exception that nobody needs any more shows.
  `create table context_use (
     entry text not null,
     finding text not null references finding,
     at timestamptz not null default clock_timestamp(),
     primary key (entry, finding))`,
  // Lists of addresses and names that somebody calls bad; of each name the newest version is in force until its end.
  `create table reputation_list (
     version int generated always as identity primary key,
     name text not null,
     owner text not null,
     reason text not null,
     format text not null check (format in ('stix', 'csv', 'misp')),
     digest text not null,
     indicators int not null,
     body jsonb not null,
     person text not null references person,
     until timestamptz not null,
     -- When open incidents were judged again because its time was over; of a version that another one replaced, when that was seen.
     ended_at timestamptz,
     at timestamptz not null default clock_timestamp())`,
  `create index reputation_list_by_end on reputation_list (until) where ended_at is null`,
  `create index reputation_list_by_name on reputation_list (name, version desc)`,
  // What the versions in force say, to be found by address and by name.
  `create table reputation_indicator (
     id bigint generated always as identity primary key,
     list int not null references reputation_list,
     network inet,
     domain text,
     why text not null,
     valid_from timestamptz,
     valid_until timestamptz,
     check (num_nonnulls(network, domain) = 1))`,
  `create index reputation_indicator_by_list on reputation_indicator (list)`,
  `create index reputation_indicator_by_network on reputation_indicator using gist (network inet_ops)`,
  `create index reputation_indicator_by_domain on reputation_indicator (domain)`,
]
