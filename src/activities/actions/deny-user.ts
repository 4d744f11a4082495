import {
  DeleteUserPolicyCommand,
  GetUserPolicyCommand,
  PutUserPolicyCommand,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam'
import { absentAs } from '#activities/aws/absent'
import { requireUser, tagsOf } from '#activities/aws/identity'
import { isNotOffered } from '#activities/aws/not-offered'
import type { ReadSession, WriteSession } from '#activities/aws/sessions'
import { DENY_ALL, DENY_USER_POLICY_NAME as PolicyName } from '#domain/catalogue/deny-user'
import type { DeclaredCall } from '#domain/state'
import type { IamUser } from '#domain/targets'
import { type Acknowledged, ALREADY_SO, compare, type Doing, makeCalls, type Reading, type Work } from './doing.ts'
import { keyUses, listKeys } from './key-use.ts'

export const denyUser: Doing<'denyUser'> = {
  async observe(read, user) {
    const live = await requireUser(read, user)
    return {
      arn: live.Arn,
      state: { ourPolicy: await readPolicy(read, user) },
      tags: tagsOf(live),
      blastRadius: async () => keyUses(read, await listKeys(read, user)),
    }
  },

  apply: setPolicy,

  async verify(reading) {
    return [...(await compare(denyUser, reading)), ...(await stillAllowed(reading))]
  },

  revert: setPolicy,
}

async function readPolicy({ iam }: ReadSession, { name }: IamUser): Promise<string | null> {
  const found = await absentAs(undefined, iam.send(new GetUserPolicyCommand({ UserName: name, PolicyName })))
  return found?.PolicyDocument === undefined ? null : decodeURIComponent(found.PolicyDocument)
}

function setPolicy(work: Work<IamUser, unknown>) {
  return makeCalls(work, (call) => writePolicy(work.write, work.target, call))
}

async function writePolicy({ iam }: WriteSession, { name }: IamUser, { change }: DeclaredCall): Promise<Acknowledged> {
  if (typeof change.after === 'string')
    return iam.send(new PutUserPolicyCommand({ UserName: name, PolicyName, PolicyDocument: change.after }))
  const removal = iam.send(new DeleteUserPolicyCommand({ UserName: name, PolicyName }))
  return absentAs(ALREADY_SO, removal)
}

/** Any action would do: the deny names them all. `sts:GetCallerIdentity` would not, since nothing denies it. */
const PROBES = ['iam:ListUsers', 's3:ListAllMyBuckets', 'sts:AssumeRole']

/** Asks IAM’s own evaluation, which sees every policy of the user; where it cannot answer, the read-back of the policy stands alone. */
async function stillAllowed({ read, target, expected }: Reading<IamUser>): Promise<readonly string[]> {
  if (!expected.calls.some(({ change }) => change.after === DENY_ALL)) return []
  const { Arn } = await requireUser(read, target)
  const simulation = read.iam.send(new SimulatePrincipalPolicyCommand({ PolicySourceArn: Arn, ActionNames: PROBES }))
  const { EvaluationResults: results = [] } = await simulation.catch(unlessItCannotAnswer)
  return results
    .filter(({ EvalDecision }) => EvalDecision !== 'explicitDeny')
    .map(({ EvalActionName }) => `${EvalActionName} is not denied to ${target.name}`)
}

function unlessItCannotAnswer(error: unknown): { readonly EvaluationResults?: undefined } {
  if (isNotOffered(error)) return {}
  if (error instanceof Error && /^(AccessDenied|InvalidInput|PolicyEvaluation)/.test(error.name)) return {}
  throw error
}
