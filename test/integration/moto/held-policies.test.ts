import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  IAMClient,
  PutGroupPolicyCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { groupsOf, policiesHeldBy } from '#activities/evidence/held-policies'
import { reachSentences } from '#domain/reach-sentences'
import { type RunningMoto, startMoto } from '../../support/moto.ts'

const ACCOUNT = '111122223333'
const SET_UP_TIMEOUT_MS = 320_000
const UserName = 'deploy-bot'
const GroupName = 'builders'

const allowing = (Action: string): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] })

let moto: RunningMoto
let iam: IAMClient
beforeAll(async () => {
  moto = await startMoto(ACCOUNT)
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  iam = new IAMClient({ endpoint: moto.endpoint, region: 'us-east-1', credentials })
}, SET_UP_TIMEOUT_MS)
afterAll(() => moto.stop())

describe('a user in a group, on moto', () => {
  it('has what the inline and the attached policies of the group allow, each by its name', async () => {
    await iam.send(new CreateUserCommand({ UserName }))
    await iam.send(new CreateGroupCommand({ GroupName }))
    await iam.send(new AddUserToGroupCommand({ UserName, GroupName }))
    const inline = { GroupName, PolicyName: 'secrets', PolicyDocument: allowing('secretsmanager:GetSecretValue') }
    await iam.send(new PutGroupPolicyCommand(inline))
    const made = await iam.send(new CreatePolicyCommand({ PolicyName: 'roles', PolicyDocument: allowing('sts:*') }))
    await iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn: made.Policy?.Arn }))

    const groups = await groupsOf(iam, { kind: 'user', name: UserName })
    expect(groups).toEqual([{ kind: 'group', name: GroupName }])
    const named = (await Promise.all(groups.map((group) => policiesHeldBy(iam, group)))).flat()
    const held = await Promise.all(named.map(({ read }) => read()))
    expect(reachSentences(held)).toEqual([
      'may read secrets of anything, by inline policy secrets of group builders',
      `may assume anything, by policy arn:aws:iam::${ACCOUNT}:policy/roles of group builders`,
    ])
  })
})
