/** Of the first migration, what is about where findings come from. */
export const sources: readonly string[] = [
  // Whom AWS sends the account’s findings to, and who may hand them in.
  `alter table account add column administrator text`,
  // Where findings come from, and when anything was heard from there last.
  `create table source (
     name text primary key,
     kind text not null check (kind in ('queue', 'guardduty', 'security-hub', 'security-hub-v2', 'push')),
     account text,
     region text,
     -- Everything that was changed before is taken in.
     watermark timestamptz,
     heard_at timestamptz,
     finding_at timestamptz,
     problem text,
     -- How long it may be silent; null where nobody waits for it.
     silent_after_ms bigint,
     silent_since timestamptz,
     added_at timestamptz not null default clock_timestamp())`,
  // A signed push comes once.
  `create table push_nonce (
     sender text not null,
     nonce text not null,
     at timestamptz not null default clock_timestamp(),
     primary key (sender, nonce))`,
  `create table backfill (
     id text primary key default gen_random_uuid()::text,
     since timestamptz not null,
     account text,
     region text,
     requested_by text not null,
     requested_at timestamptz not null default clock_timestamp(),
     found int not null default 0,
     problem text,
     done_at timestamptz)`,
  `create index backfill_open on backfill (requested_at) where done_at is null`,
]
