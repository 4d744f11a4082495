import { pino } from 'pino'
import { createIntakeAws, type IntakeAws } from '#intake/aws/clients'
import { producers } from '#intake/aws/producers'
import type { PollDeps } from '#intake/poll'
import { createIntake } from '#intake/take-in'
import { connect, type Database } from '#store/database/database'
import { seedDemo } from '#store/demo'
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts'
import { type RunningSimulator, startSimulator } from '../../support/simulator.ts'
import { BUILD, demo } from '../api/world.ts'

/** Simulated accounts, and a database with an intake’s own role. */
export interface IntakeWorld {
  readonly simulator: RunningSimulator
  readonly database: FreshDatabase
  /** As the intake’s database role. */
  readonly db: Database
  readonly owner: Database
  readonly aws: IntakeAws
  readonly deps: PollDeps
  readonly close: () => Promise<void>
}

export async function openIntakeWorld(): Promise<IntakeWorld> {
  const simulator = await startSimulator()
  const database = await freshDatabase()
  const accounts = simulator.identities.accounts.map((account) => ({
    ...account,
    environment: account.environment as 'production' | 'nonproduction',
  }))
  await seedDemo(database.ownerUrl, { ...demo, accounts })
  const owner = connect(database.ownerUrl, 4)
  await owner.db
    .insertInto('build')
    .values({ id: BUILD, catalogue_digest: 'catalogue', manifest: '{}', activated_at: new Date() })
    .execute()
  const intake = connect(database.urlOf('intake'), 6)
  const aws = createIntakeAws({ endpoint: simulator.endpoint, identity: simulator.identities.intake })
  return {
    simulator,
    database,
    db: intake.db,
    owner: owner.db,
    aws,
    deps: {
      db: intake.db,
      intake: createIntake(intake.db, 'by-the-sweeper'),
      aws,
      producers,
      log: pino({ level: 'silent' }),
      pace: async () => undefined,
    },
    async close() {
      await simulator.stop()
      await intake.close()
      await owner.close()
      await database.drop()
    },
  }
}

/** What is kept of findings: their versions with channels, and what could not be read. */
export async function keptIn(db: Database) {
  const versions = await db
    .selectFrom('finding_version')
    .innerJoin('finding', 'finding.key', 'finding_version.finding')
    .select(['finding.finding_id as id', 'finding_version.channel', 'finding.type', 'finding.incident'])
    .orderBy('finding_version.received_at')
    .execute()
  const quarantined = await db.selectFrom('quarantine').select(['reason', 'channel', 'raw']).execute()
  return { versions, quarantined }
}
