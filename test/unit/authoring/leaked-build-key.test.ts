import { testRunbook } from 'cordon/testing'
import { expect, it } from 'vitest'
import { finding, quiet } from './findings.ts'
import { leakedBuildKey } from './leaked-build-key.ts'

it('stops the build user and gives the rest to a person', async () => {
  const { plans, handedOver } = await testRunbook(leakedBuildKey, {
    findings: [finding],
    world: { evidence: { activityOf: quiet } },
  })
  expect(plans.map(({ status }) => status)).toEqual(['done'])
  expect(handedOver).toEqual(['Tell the build team, then rotate or release'])
})

it('gives everything to a person when somebody denies', async () => {
  const { handedOver } = await testRunbook(leakedBuildKey, {
    findings: [finding],
    cast: {
      people: [{ id: 'ada', name: 'Ada', roles: ['approver'], groups: ['security'] }],
      votes: () => [{ person: 'ada', decision: 'deny', after: '5m' }],
    },
  })
  expect(handedOver).toEqual(['The plan ended denied: ada denied it'])
})
