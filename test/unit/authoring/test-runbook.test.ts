import {
  actions,
  type Credential,
  defineRunbook,
  evidence,
  type IamRole,
  type IamUser,
  type Verbs,
} from 'cordon/runbook'
import {
  type Cast,
  noActivity,
  type RunbookTest,
  type TestOptions,
  testFinding,
  testRunbook,
  usualCast,
  usualPolicy,
} from 'cordon/testing'
import { describe, expect, it } from 'vitest'

const account = '111122223333'
const user: IamUser = { kind: 'iam-user', account, userId: 'AIDA1', name: 'deploy-bot' }
const role: IamRole = { kind: 'iam-role', account, roleId: 'AROA1', name: 'shop-deploy' }
const key = { kind: 'user-key', account, accessKeyId: 'AKIA1', user } as const
const finding = testFinding(key)

/** Runs a few lines as a runbook of their own. */
const run = (respond: (verbs: Verbs) => Promise<unknown>, options: Partial<TestOptions> = {}): Promise<RunbookTest> =>
  testRunbook(
    defineRunbook({
      id: 'few-lines',
      title: 'A few lines',
      handles: ['*'],
      respond: async (_incident, verbs) => void (await respond(verbs)),
    }),
    { findings: [finding], ...options },
  )

const deny = ({ contain }: Verbs) => contain('Deny', [actions.denyUser(user)])

const statusesOf = ({ plans }: RunbookTest) => plans.map(({ status }) => status)
const typesOf = ({ timeline }: RunbookTest) => timeline.map(({ type }) => type)

const voting = (...votes: ReturnType<Cast['votes']>): { readonly cast: Cast } => ({
  cast: {
    people: [
      ...usualCast.people,
      { id: 'eva', name: 'Eva', roles: ['responder'], groups: ['security'] },
      { id: 'bot', name: 'Bot', roles: ['approver', 'machine'], groups: ['security'] },
    ],
    votes: () => votes,
  },
})

describe('the timeline', () => {
  it('shows what a responder would have seen, at the times of people who vote', async () => {
    const { timeline } = await run(deny)
    expect(timeline.map(({ at, type, text }) => [at.slice(11, 16), type, text])).toEqual([
      ['00:00', 'plan.proposed', 'Deny: denyUser'],
      ['00:01', 'vote.cast', 'ada approved it'],
      ['00:02', 'vote.cast', 'ben approved it'],
      ['00:02', 'plan.approved', 'Deny: approved by 2'],
      ['00:02', 'step.applied', 'denyUser: iam:PutUserPolicy'],
      ['00:02', 'step.verified', 'everything is as it should be'],
      ['00:02', 'plan.done', 'Deny'],
    ])
  })

  it('goes on by what the runbook waits for', async () => {
    const { timeline } = await run(async ({ page, wait }) => {
      await page('first')
      await wait('2d')
      await page('second')
    })
    expect(timeline.map(({ at, text }) => [at, text])).toEqual([
      ['2026-01-01T00:00:00.000Z', 'first'],
      ['2026-01-03T00:00:00.000Z', 'second'],
    ])
  })
})

describe('votes in a test', () => {
  it('count as in Cordon: once a person, none of responders and machines', async () => {
    const test = await run(
      deny,
      voting(
        { person: 'ada', decision: 'approve', after: '1m' },
        { person: 'ada', decision: 'approve', after: '2m' },
        { person: 'eva', decision: 'approve', after: '3m' },
        { person: 'bot', decision: 'approve', after: '4m' },
      ),
    )
    expect(statusesOf(test)).toEqual(['expired'])
    expect(test.timeline.flatMap(({ type, text }) => (type === 'vote.cast' ? [text] : []))).toEqual(['ada approved it'])
  })

  it('are not waited for when there are enough', async () => {
    const test = await run(
      deny,
      voting(
        { person: 'ada', decision: 'approve', after: '1m' },
        { person: 'ben', decision: 'approve', after: '2m' },
        { person: 'ada', decision: 'deny', after: '3m' },
      ),
    )
    expect(statusesOf(test)).toEqual(['done'])
  })

  it('come too late after decide-by', async () => {
    const late = [
      { person: 'ada', decision: 'approve', after: '29m' },
      { person: 'ben', decision: 'approve', after: '31m' },
    ] as const
    expect(statusesOf(await run(deny, voting(...late)))).toEqual(['expired'])
    const first = [{ ...late[0] }, { ...late[1], after: '30m' }] as const
    expect(statusesOf(await run(deny, voting(...first)))).toEqual(['done'])
  })

  it('are counted in the order of time, and a hold lasts until its person votes again', async () => {
    const test = await run(
      deny,
      voting(
        { person: 'ben', decision: 'approve', after: '9m' },
        { person: 'ben', decision: 'hold', after: '1m' },
        { person: 'ada', decision: 'approve', after: '5m' },
      ),
    )
    expect(typesOf(test)).toEqual(expect.arrayContaining(['plan.held', 'plan.approved']))
    expect(test.timeline.find(({ type }) => type === 'plan.approved')?.at).toBe('2026-01-01T00:09:00.000Z')
  })

  it('are needed from one person outside production', async () => {
    const one = voting({ person: 'ada', decision: 'approve', after: '1m' })
    expect(statusesOf(await run(deny, { ...one, world: { environment: 'nonproduction' } }))).toEqual(['done'])
  })

  it('are not waited for where policy wants none', async () => {
    const quorum = { ...usualPolicy.quorum, production: { R0: 0, R1: 0, R2: 0, R3: 2 } }
    const test = await run(deny, { ...voting(), world: { policy: { ...usualPolicy, quorum } } })
    expect(statusesOf(test)).toEqual(['done'])
    expect(typesOf(test)).not.toContain('vote.cast')
  })
})

describe('a step in a test', () => {
  const outcomeOf = async (options: Partial<TestOptions>) => {
    let text = ''
    const test = await run(async (verbs) => {
      const { outcome, reason } = await deny(verbs)
      text = `${outcome}: ${reason}`
    }, options)
    return { test, text }
  }

  it('that is refused for a while waits, and runs when the refusal is lifted', async () => {
    const frozen = { refused: 'frozen', reason: 'Changes are frozen' } as const
    const { test, text } = await outcomeOf({ world: { outcomes: { denyUser: [frozen, frozen, 'applied'] } } })
    expect(text).toMatch(/^contained/)
    expect(test.timeline.at(-1)?.at).toBe('2026-01-01T00:02:03.000Z')
  })

  it('that is refused until run-by expires with its plan', async () => {
    const frozen = { refused: 'frozen', reason: 'Changes are frozen' } as const
    const { test, text } = await outcomeOf({ world: { outcomes: { denyUser: [frozen] } } })
    expect(text).toMatch(/^expired: run_by_passed/)
    // Approved at two minutes past, and a quarter of an hour to run.
    expect(test.timeline.at(-1)?.at).toMatch(/T00:17:/)
  })

  it('that is refused for good fails', async () => {
    const refused = { refused: 'policy_changed', reason: 'no' } as const
    const { test, text } = await outcomeOf({ world: { outcomes: { denyUser: [refused] } } })
    expect(text).toBe('failed: policy_changed: no')
    expect(test.plans).toHaveLength(1)
  })

  it('that policy protects is never proposed', async () => {
    const policy = { ...usualPolicy, protected: [{ name: 'deploy-*', instructions: 'ask its owner' }] }
    const { test, text } = await outcomeOf({ world: { policy } })
    expect(text).toContain('ask its owner')
    expect(test.plans).toEqual([])
  })

  it('finds what the test says of its very target, and what an earlier step left', async () => {
    const other: IamUser = { ...user, userId: 'AIDA2', name: 'other' }
    const { plans } = await run(
      async ({ contain }) => {
        await contain('first', [actions.denyUser(user)])
        await contain('second', [actions.denyUser(other)])
        await contain('third', [actions.denyUser(user)])
      },
      { world: { states: { denyUser: ({ userId }) => ({ ourPolicy: `of ${userId}` }) } } },
    )
    const [first, second, third] = plans.map(({ plan }) => plan.steps[0])
    expect([first?.before, second?.before]).toEqual([{ ourPolicy: 'of AIDA1' }, { ourPolicy: 'of AIDA2' }])
    expect(third?.before).toEqual({ ourPolicy: first?.calls[0]?.change.after })
  })
})

describe('a plan of which a part had run when it drifted', () => {
  it('is proposed afresh, with that part as it is now', async () => {
    const test = await run(
      ({ contain }) => contain('Stop', [actions.denyUser(user), actions.deactivateAccessKeys(user)]),
      { world: { outcomes: { deactivateAccessKeys: [{ drifted: 'a third key' }, 'applied'] } } },
    )
    expect(statusesOf(test)).toEqual(['partial', 'done'])
    const [first, second] = test.plans.map(({ plan }) => plan.steps[0])
    expect(second?.before).toEqual({ ourPolicy: first?.calls[0]?.change.after })
  })
})

describe('a release in a test', () => {
  it.each([
    ['false-positive', ['iam:UpdateAccessKey', 'iam:DeleteUserPolicy']],
    ['accepted-risk', ['iam:UpdateAccessKey', 'iam:DeleteUserPolicy']],
    ['rotated', ['iam:DeleteUserPolicy']],
  ] as const)('as %s puts back what that reason wants back, the last first', async (why, operations) => {
    const { plans } = await run(async ({ contain, release }) => {
      const stopped = await contain('Stop', [actions.denyUser(user), actions.deactivateAccessKeys(user)])
      await release(stopped, why)
    })
    const [, undo] = plans
    expect(undo?.plan.undoes?.release).toBe(why)
    expect(undo?.plan.steps.flatMap(({ calls }) => calls.map(({ operation }) => operation))).toEqual(operations)
  })

  it('of what was never done fails, and proposes nothing', async () => {
    let code: string | undefined
    const test = await run(
      async (verbs) => {
        code = (await verbs.release(await deny(verbs), 'rotated')).code
      },
      voting({ person: 'ada', decision: 'deny', after: '1m' }),
    )
    expect(code).toBe('unprocessable')
    expect(test.plans).toHaveLength(1)
  })

  it('of a containment that was never planned stops the runbook', async () => {
    const policy = { ...usualPolicy, mode: { default: 'observe', accounts: {} } } as const
    const test = await run(async (verbs) => verbs.release(await deny(verbs), 'rotated'), { world: { policy } })
    expect(test.handedOver).toEqual([
      'Runbook few-lines stopped: runbook_failed: release needs the outcome of a containment that was carried out',
    ])
  })
})

describe('a runbook in a test', () => {
  it('is not asked about findings that it does not handle', async () => {
    const deaf = defineRunbook({ id: 'deaf', title: 'Deaf', handles: ['Policy:*'], respond: async () => undefined })
    expect((await testRunbook(deaf, { findings: [finding] })).handedOver).toEqual([
      'No runbook handles UnauthorizedAccess:IAMUser/MaliciousIPCaller',
    ])
  })

  it('knows the first credential that any finding knows', async () => {
    const seen: Credential[] = []
    const curious = defineRunbook({
      id: 'curious',
      title: 'Curious',
      handles: ['*'],
      respond: async (incident) => void seen.push(incident.credential()),
    })
    const unknown: Credential = { kind: 'unknown', account }
    await testRunbook(curious, { findings: [testFinding(unknown), finding] })
    await testRunbook(curious, { findings: [testFinding(unknown)] })
    expect(seen).toEqual([key, unknown])
  })

  it('is handed over when it throws, and when it waits for no duration', async () => {
    const thrown = await run(() => Promise.reject(new RangeError('oops')))
    expect(thrown.handedOver).toEqual(['Runbook few-lines stopped: runbook_failed: RangeError: oops'])
    const waited = await run(({ wait }) => wait('soon'))
    expect(waited.handedOver.join()).toContain('30m or 2d, not soon')
  })

  it('gets evidence by what it asks', async () => {
    const hours: number[] = []
    const { timeline } = await run(({ collect }) => collect(evidence.activityOf(role, { hours: 6 })), {
      world: {
        evidence: {
          activityOf: (question) => {
            hours.push(question.hours)
            return noActivity
          },
        },
      },
    })
    expect(hours).toEqual([6])
    expect(timeline.map(({ type }) => type)).toEqual(['evidence.collected'])
  })
})

describe('a test that is wrong', () => {
  it.each([
    ['evidence that the world does not have', {}, 'world.evidence'],
    ['a voter who is not there', voting({ person: 'nobody', decision: 'deny', after: '1m' }), 'has no such person'],
    ['a vote after no duration', voting({ person: 'ada', decision: 'deny', after: 'soon' }), 'not soon'],
    [
      'a containment that somebody replaces',
      voting({ person: 'ada', decision: 'replace', after: '1m' }),
      'replaces no containment',
    ],
  ] as const)('fails, whatever the runbook makes of it: %s', async (_, options, text) => {
    const careless = async (verbs: Verbs) => {
      await verbs.collect(evidence.activityOf(user, { hours: 1 })).catch(() => null)
      await deny(verbs).catch(() => null)
    }
    const world = text === 'world.evidence' ? {} : { evidence: { activityOf: noActivity } }
    await expect(run(careless, { ...options, world })).rejects.toThrow(text)
  })
})

describe('a runbook that means the wrong thing', () => {
  it('does not compile', () => {
    defineRunbook({
      id: 'wrong',
      title: 'Wrong',
      handles: [],
      async respond(_incident, { contain, recover, release, collect }) {
        // @ts-expect-error -- a role has no access keys
        actions.deactivateAccessKeys(role)
        // @ts-expect-error -- a user has no sessions of a role
        actions.revokeRoleSessions(user)
        // @ts-expect-error -- a credential may be of any kind
        actions.rotateAccessKey(_incident.credential())
        // @ts-expect-error -- rotation is no containment
        await contain('wrong', [actions.rotateAccessKey(key)])
        // @ts-expect-error -- a denial is no recovery
        const denied = await recover('wrong', [actions.denyUser(user)])
        // @ts-expect-error -- nobody releases for that reason
        await release(denied, 'tired')
        // @ts-expect-error -- there is no such evidence
        await collect(evidence.nothing(user))
        // @ts-expect-error -- there is no such action
        await contain('wrong', [actions.dropEverything(user)])
      },
    })
    expect(Object.keys(actions)).toContain('denyUser')
  })

  it('does not compile with a test whose world has what the catalogue does not', () => {
    const options: Partial<TestOptions> = {
      world: {
        // @ts-expect-error -- a key is Active, Inactive or Expired
        states: { deactivateAccessKeys: { AKIA1: 'Gone' } },
        // @ts-expect-error -- there is no such error code
        outcomes: { denyUser: [{ failed: 'bad_luck', reason: '' }] },
        // @ts-expect-error -- there is no such action
        gone: ['dropEverything'],
      },
    }
    expect(options.world).toBeDefined()
  })
})
