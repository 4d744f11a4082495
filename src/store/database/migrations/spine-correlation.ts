/** What could not be read, and which findings are one incident. */
export const correlation: readonly string[] = [
  `create table quarantine (
     id text primary key default gen_random_uuid()::text,
     digest text not null unique,
     reason text not null,
     raw text not null,
     channel text not null,
     received_at timestamptz not null default clock_timestamp(),
     read_at timestamptz,
     finding text references finding)`,
  `create index quarantine_by_time on quarantine (received_at, id collate "C") where read_at is null`,
  // Of keys, not of rows: either may come first.
  `create table sequence_part (
     part text not null,
     sequence text not null,
     -- When both had come and their incidents were compared.
     compared_at timestamptz,
     primary key (part, sequence))`,
  `create index sequence_part_waiting on sequence_part (sequence) where compared_at is null`,
  `create index sequence_part_by_sequence on sequence_part (sequence)`,
  // Whose an access key is, by the texts that incidents go by: a poorer form may come first and know the key alone.
  `create table key_owner (
     key text primary key,
     owner text not null,
     text text not null,
     at timestamptz not null default clock_timestamp())`,
  `create table regrouping (
     id text primary key default gen_random_uuid()::text,
     kind text not null check (kind in ('merge', 'split')),
     incident text not null references incident,
     into_incident text not null references incident,
     findings text[] not null,
     actor text not null,
     reason text,
     at timestamptz not null default clock_timestamp(),
     undone_by text,
     undone_at timestamptz)`,
  `create index regrouping_by_incident on regrouping (incident)`,
  `create index regrouping_by_into on regrouping (into_incident)`,
]
