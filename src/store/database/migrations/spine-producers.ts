/** Of the first migration, what is asked of the producers themselves. */
export const producers: readonly string[] = [
  // When a look at its producer, or another reading of it there, saw the finding.
  `alter table finding add column attested_at timestamptz`,
  // What came cut off, too large or only as a trigger, and is read again from GuardDuty; or what nobody but its sender vouches for.
  `create table reread (
     account text not null,
     region text not null,
     finding_id text not null,
     reason text not null check (reason in ('too-large', 'cut-off', 'attack-sequence', 'missing', 'unattested')),
     -- What was quarantined in its place, by id.
     quarantined text[] not null default '{}',
     since timestamptz not null default clock_timestamp(),
     due_at timestamptz not null default clock_timestamp(),
     tries int not null default 0,
     problem text,
     outcome text check (outcome in ('found', 'unreadable', 'absent', 'unregistered')),
     done_at timestamptz,
     primary key (account, region, finding_id),
     check ((outcome is null) = (done_at is null)))`,
  `create index finding_by_change on finding (region, updated_at) where source = 'guardduty'`,
  `create index reread_open on reread (due_at) where done_at is null`,
  // What GuardDuty says it made on a day (of its findings’ last changes, UTC), and what of it came.
  `create table coverage (
     account text not null,
     region text not null,
     day date not null,
     emitted int not null,
     -- Archived there before it came.
     hidden int not null,
     missing int not null,
     looked_at timestamptz not null default clock_timestamp(),
     primary key (account, region, day))`,
  `create table coverage_gap (
     -- Whose look found it: the account itself, or its administrator.
     holder text not null,
     account text not null,
     region text not null,
     kind text not null check (kind in ('no-detector', 'suspended', 'foreign-filter', 'ended-filter', 'unregistered', 'unread')),
     -- The name of a filter, or why it could not be read.
     detail text not null default '',
     since timestamptz not null default clock_timestamp(),
     primary key (account, region, kind, detail))`,
  // What Cordon put into the archive of a detector, so that it notices who takes it out.
  `create table archived_finding (
     -- Whose detector it is.
     account text not null,
     region text not null,
     finding_id text not null,
     plan text not null references plan,
     at timestamptz not null default clock_timestamp(),
     unarchived_at timestamptz,
     primary key (account, region, finding_id))`,
  `create table coverage_look (
     account text not null,
     region text not null,
     looked_at timestamptz not null default clock_timestamp(),
     primary key (account, region))`,
]
