import { hubIdentity } from '#activities/aws/hub-identity'
import { createPace } from '#activities/evidence/pace'
import { readIntakeConfig } from '#config'
import { askedToEnd } from '#monitoring/asked-to-end'
import { createMonitor } from '#monitoring/metrics'
import { openProcessLog } from '#monitoring/process-log'
import { createPulse } from '#monitoring/pulse'
import { serveMonitor } from '#monitoring/serve-monitor'
import { connect, poolState } from '#store/database/database'
import { requireSchema } from '#store/database/require-schema'
import { checkDatabase } from '#store/numbers/metrics'
import { createIntakeAws } from './aws/clients.ts'
import { producers } from './aws/producers.ts'
import { openQueue } from './aws/queue.ts'
import { coverUntil } from './cover.ts'
import { pollUntil } from './poll-loop.ts'
import { pullQueue, queueSource } from './pull-queue.ts'
import { rereadUntil } from './reread.ts'
import { createIntake } from './take-in.ts'

/** Two lanes of findings, the locks of the polls and the comparison, and what is written down beside them. */
const CONNECTIONS = 7
/** Of one producer in one Region: half of what it is known to bear. */
const CALL_EVERY_MS = 500
/** A long poll and a look at a producer end long before. */
const LONGEST_SILENCE_MS = 120_000

const log = openProcessLog('intake')
const config = readIntakeConfig()
const { db, close } = connect(config.databaseUrl, CONNECTIONS)
await requireSchema(db)
const aws = createIntakeAws({ endpoint: config.awsEndpoint, identity: hubIdentity(config.hubCredentialsFile) })

const polling = createPulse('A look at the producers', LONGEST_SILENCE_MS)
const rereading = createPulse('A look at what is to be read again', LONGEST_SILENCE_MS)
const comparing = createPulse('A comparison with the producers', LONGEST_SILENCE_MS)
const queues = config.queues.map((place) => ({
  place,
  pulse: createPulse(`A look at the queue ${place.name}`, LONGEST_SILENCE_MS),
}))
const monitor = createMonitor({
  checks: {
    database: () => checkDatabase(db),
    polling: polling.check,
    rereading: rereading.check,
    comparing: comparing.check,
    ...Object.fromEntries(queues.map(({ place, pulse }) => [`queue ${place.name}`, pulse.check])),
  },
  pool: () => poolState(db),
})
const endMonitor = await serveMonitor(monitor, config.metrics)

const stopping = askedToEnd(log)

const shared = { db, log, intake: createIntake(db, 'by-the-sweeper') }
log.info(
  { queues: config.queues.map(({ arn }) => arn), pollEveryMs: config.pollEveryMs ?? null },
  'Findings are pulled',
)
const due = createPace(CALL_EVERY_MS)
await Promise.all([
  rereadUntil(
    { ...shared, aws, pace: (place) => due(place, stopping.signal), looked: rereading.beat },
    stopping.signal,
  ),
  coverUntil({ ...shared, aws, due, looked: comparing.beat }, stopping.signal),
  pollUntil(
    {
      ...shared,
      aws,
      due,
      producers: producers.filter(({ kind }) => config.producers.includes(kind)),
      everyMs: config.pollEveryMs,
      queues: config.queues.map(queueSource),
      looked: polling.beat,
    },
    stopping.signal,
  ),
  ...queues.map(({ place, pulse }) =>
    pullQueue(
      { ...shared, open: () => openQueue(aws.queueIn(place.region), place), looked: pulse.beat },
      place,
      stopping.signal,
    ),
  ),
])
await endMonitor()
await close()
