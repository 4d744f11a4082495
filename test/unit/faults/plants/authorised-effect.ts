import {
  entriesOf,
  eventIn,
  hexOf,
  type Loose,
  MINUTE_MS,
  type Plant,
  pick,
  planIn,
  shifted,
  tableOf,
  take,
  writesIn,
} from '../planting.ts'

const DAY_MS = 1440 * MINUTE_MS

const permitOf: (...asked: Parameters<Plant>) => Loose = (draft, random) => pick(tableOf(draft, 'permit'), random)

const ofPlan = (rows: readonly Loose[], { plan }: Loose): readonly Loose[] => rows.filter((row) => row['plan'] === plan)

export const authorisedEffectPlants: Readonly<Record<string, Plant>> = {
  'a write has no permit': (draft, random) => void take(tableOf(draft, 'permit'), random),
  'a vote of the quorum is missing': (draft, random) => {
    const permit = permitOf(draft, random)
    const votes = tableOf(draft, 'vote')
    take(
      votes,
      random,
      (vote) => vote['plan'] === permit['plan'] && vote['decision'] === 'approve' && vote['person'] === 'approver2',
    )
  },
  'a vote belongs to no sign-in': (draft, random) => {
    pick(ofPlan(tableOf(draft, 'vote'), permitOf(draft, random)), random)['session'] = 'forged'
  },
  'the second vote is of somebody who may not vote': (draft, random) => {
    const votes = ofPlan(tableOf(draft, 'vote'), permitOf(draft, random))
    pick(
      votes.filter(({ person }) => person === 'approver2'),
      random,
    )['person'] = 'responder'
  },
  'one person voted twice': (draft, random) => {
    const votes = ofPlan(tableOf(draft, 'vote'), permitOf(draft, random))
    const second = pick(
      votes.filter(({ person }) => person === 'approver2'),
      random,
    )
    Object.assign(second, {
      person: 'approver1',
      session: votes.find(({ person }) => person === 'approver1')?.['session'],
    })
  },
  'the quorum came after the permit': (draft, random) => {
    const permit = permitOf(draft, random)
    for (const vote of ofPlan(tableOf(draft, 'vote'), permit)) vote['at'] = shifted(permit['opened_at'], MINUTE_MS)
  },
  'a write changes another resource': (draft, random) => {
    const parameters = pick(writesIn(draft), random)['parameters'] as Loose
    const names = [
      'userName',
      'roleName',
      'name',
      'secretId',
      'instanceId',
      'networkInterfaceId',
      'vpcId',
      'groupId',
      'autoScalingGroupName',
    ]
    const name = pick(
      names.filter((one) => one in parameters),
      random,
    )
    parameters[name] = `${String(parameters[name])}x`
  },
  'a write writes another policy': (draft, random) => {
    const write = pick(
      writesIn(draft).filter(({ operation }) => String(operation).startsWith('iam:Put')),
      random,
    )
    Object.assign(write['parameters'] as Loose, { policyDocument: '{"Version":"2012-10-17","Statement":[]}' })
  },
  'a write is in another account': (draft, random) => void (pick(writesIn(draft), random)['account'] = '444455556666'),
  'a write happens that nobody planned': (draft, random) => {
    const write = pick(writesIn(draft), random)
    draft.calls.push({
      ...write,
      operation: 'iam:DeleteUser',
      requestId: 'planted',
      parameters: { userName: 'deploy-bot' },
    })
  },
  'a reader writes': (draft, random) => {
    const write = pick(writesIn(draft), random)
    write['principal'] = String(write['principal']).replace(/Cordon(Responder|Restorer)/, 'CordonReader')
  },
  'a write comes long after its permit': (draft, random) => {
    const write = pick(writesIn(draft), random)
    write['at'] = Number(write['at']) + 2 * MINUTE_MS
  },
  'a write comes before its permit': (draft, random) => {
    const write = pick(writesIn(draft), random)
    write['at'] = Number(write['at']) - MINUTE_MS
  },
  'a write happens under the session of another incident': (draft, random) =>
    void (pick(writesIn(draft), random)['sourceIdentity'] = 'inc-000000000000'),
  'the plan ran after run-by': (draft, random) => {
    const permit = permitOf(draft, random)
    for (const vote of ofPlan(tableOf(draft, 'vote'), permit)) vote['at'] = shifted(vote['at'], -20 * MINUTE_MS)
    for (const session of tableOf(draft, 'session')) session['created_at'] = shifted(session['created_at'], -DAY_MS)
  },
  'the quorum came after decide-by': (draft, random) => {
    const permit = permitOf(draft, random)
    const row = pick(
      tableOf(draft, 'plan').filter(({ hash }) => hash === permit['plan']),
      random,
    )
    row['bytes'] = hexOf({ ...planIn(row), decideBy: shifted(planIn(row)['proposedAt'], 1) })
  },
  'changes were frozen': (draft, random) => {
    const at = permitOf(draft, random)['opened_at']
    const ends_at = shifted(at, 100 * MINUTE_MS)
    tableOf(draft, 'freeze_order').push({
      id: 'planted',
      account: null,
      started_at: shifted(at, -MINUTE_MS),
      ends_at,
      lifted_at: null,
    })
  },
  'the plan had ended': (draft, random) => {
    const permit = permitOf(draft, random)
    const row = pick(
      tableOf(draft, 'plan').filter(({ hash }) => hash === permit['plan']),
      random,
    )
    Object.assign(row, { status: 'denied', closed_at: shifted(permit['opened_at'], -MINUTE_MS) })
  },
  'the stored plan is another one': (draft, random) => {
    const row = pick(tableOf(draft, 'plan'), random)
    row['bytes'] = hexOf({ ...planIn(row), reason: 'Another reason' })
  },
  'the policy is another one': (draft, random) =>
    Object.assign(pick(tableOf(draft, 'policy'), random)['body'] as Loose, { repeat: 99 }),
  'the gate allowed fewer calls than were made': (draft, random) => {
    const write = pick(writesIn(draft), random)
    for (const row of entriesOf(draft, /^permit\.(given|resumed)$/)) {
      const event = eventIn(row)
      const body = event['body'] as Loose
      const calls = (body['calls'] as Loose[]).filter(({ operation }) => operation !== write['operation'])
      row['body'] = hexOf({ ...event, body: { ...body, calls } })
    }
  },
  'the step was never intended': (draft, random) =>
    void (pick(
      tableOf(draft, 'plan_step').filter(({ outcome }) => outcome !== null),
      random,
    )['intended_at'] = null),
}
