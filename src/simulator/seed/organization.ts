/** One simulated account, as it is before anything happened in it. */
export interface AccountPlan {
  readonly id: string
  readonly name: string
  readonly environment: 'hub' | 'production' | 'nonproduction'
  /** First part of the names of what runs in it. */
  readonly workload: string
  readonly regions: readonly string[]
}

/** The organizational unit of each kind of account. */
export const units = {
  hub: { id: 'ou-sim0-security0', name: 'Security' },
  production: { id: 'ou-sim0-producti', name: 'Production' },
  nonproduction: { id: 'ou-sim0-sandbox0', name: 'Sandbox' },
} as const
export const ROOT = 'r-sim0'

export const REGIONS = ['eu-central-1', 'us-east-1'] as const
export const HUB = '222233334444'

export const accountPlans: readonly AccountPlan[] = [
  { id: HUB, name: 'security', environment: 'hub', workload: 'security', regions: REGIONS },
  { id: '111122223333', name: 'shop-production', environment: 'production', workload: 'shop', regions: REGIONS },
  {
    id: '444455556666',
    name: 'payments-production',
    environment: 'production',
    workload: 'payments',
    regions: REGIONS,
  },
  { id: '777788889999', name: 'shop-staging', environment: 'nonproduction', workload: 'shop', regions: REGIONS },
]

export const ADMINISTRATOR = 'administrator'
export const GATE_USER = 'cordon-gate'
export const EXECUTOR_USER = 'cordon-executor'
export const INTAKE_USER = 'cordon-intake'
export const VICTIM = 'deploy-bot'
export const victimRole = (plan: Pick<AccountPlan, 'workload'>): string => `${plan.workload}-deploy`
