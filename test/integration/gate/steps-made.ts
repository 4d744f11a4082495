import type { Observed } from '#domain/permit'
import type { State } from '#domain/state'
import type { IamUser } from '#domain/targets'
import { ACCOUNT, type StepWish } from './world.ts'

export const user = (name = 'deploy-bot', account = ACCOUNT): IamUser => ({
  kind: 'iam-user',
  account,
  userId: `AIDA${name.toUpperCase().replaceAll(/[^A-Z]/g, '')}`,
  name,
})

export const arnOf = ({ account, name }: IamUser): string => `arn:aws:iam::${account}:user/${name}`

export const denying = (target = user()): StepWish => ({
  action: 'denyUser',
  target,
  arn: arnOf(target),
  before: { ourPolicy: null },
})

export const deactivating = (target = user(), before: State = { AKIAONE: 'Active' }): StepWish => ({
  action: 'deactivateAccessKeys',
  target,
  arn: arnOf(target),
  before,
})

/** The target of the step as the plan describes it, or as it has become. */
export const seen = ({ arn, before }: StepWish, state: State = before): Observed => ({ arn, state, tags: {} })
