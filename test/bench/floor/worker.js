// Serves the floor's workflow and activities in a process of its own. Asked by its environment; says “ready” when it polls.
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { GetUserCommand, IAMClient } from '@aws-sdk/client-iam'
import { NativeConnection, Worker } from '@temporalio/worker'
import pg from 'pg'

const { address, namespace, databaseUrl, endpoint, user, accessKeyId, secretAccessKey, what } = JSON.parse(
  process.env.FLOOR ?? '{}',
)
const POLLERS = 4
const CONNECTIONS = 12

const connection = await NativeConnection.connect({ address })

/** The same split as Cordon's: workflows with what they record in one process, calls of AWS in another. */
async function createWorker() {
  if (what === 'workflows') {
    const pool = new pg.Pool({ connectionString: databaseUrl, max: CONNECTIONS })
    return Worker.create({
      connection,
      namespace,
      taskQueue: 'floor',
      workflowsPath: fileURLToPath(new URL('workflows.js', import.meta.url)),
      activities: {
        commitRow: async () => void (await pool.query('insert into floor_row values ($1)', [randomUUID()])),
      },
      maxConcurrentWorkflowTaskPolls: POLLERS,
    })
  }
  const iam = new IAMClient({ endpoint, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } })
  return Worker.create({
    connection,
    namespace,
    taskQueue: 'floor-aws',
    activities: {
      /** @param {number} calls */
      async callAws(calls) {
        for (let call = 0; call < calls; call++) await iam.send(new GetUserCommand({ UserName: user }))
      },
    },
  })
}

const worker = await createWorker()
process.once('SIGTERM', () => worker.shutdown())
process.stdout.write('ready\n')
await worker.run()
process.exit(0)
