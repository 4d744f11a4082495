import type { Credential } from 'cordon/runbook'
import { noActivity, testFinding, testRunbook } from 'cordon/testing'
import { expect, it } from 'vitest'
import { leakedBuildKey } from './leaked-build-key.ts'

const account = '111122223333'
const key: Credential = {
  kind: 'user-key',
  account,
  accessKeyId: 'AKIA1',
  user: { kind: 'iam-user', account, userId: 'AIDA1', name: 'build' },
}

it('stops the build user and gives the rest to a person', async () => {
  const { plans, handedOver } = await testRunbook(leakedBuildKey, {
    findings: [testFinding(key)],
    world: { evidence: { activityOf: noActivity } },
  })
  expect(plans.map(({ status }) => status)).toEqual(['done'])
  expect(handedOver).toEqual(['Tell the build team, then rotate or release'])
})

it('gives everything to a person when somebody denies', async () => {
  const { handedOver } = await testRunbook(leakedBuildKey, {
    findings: [testFinding(key)],
    cast: {
      people: [{ id: 'ada', name: 'Ada', roles: ['approver'], groups: ['security'] }],
      votes: () => [{ person: 'ada', decision: 'deny', after: '5m' }],
    },
  })
  expect(handedOver).toEqual(['The plan ended denied: ada denied it'])
})
