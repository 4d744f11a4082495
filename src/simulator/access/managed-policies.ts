/** The AWS managed policies that can be attached, with documents cut to what the simulator can judge. */
const MANAGED: Readonly<Record<string, object>> = {
  AdministratorAccess: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
  AWSDenyAll: { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: ['*'], Resource: '*' }] },
  ReadOnlyAccess: {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: ['*:Get*', '*:List*', '*:Describe*', '*:Lookup*'], Resource: '*' }],
  },
}

const ARN = /^arn:aws:iam::aws:policy\/(\w+)$/

export const managedPolicyArn = (name: string): string => `arn:aws:iam::aws:policy/${name}`

/** The document of an AWS managed policy; undefined when there is none with this ARN. */
export function managedPolicy(arn: string): string | undefined {
  const name = ARN.exec(arn)?.[1] ?? ''
  return Object.hasOwn(MANAGED, name) ? JSON.stringify(MANAGED[name]) : undefined
}

export const managedPolicyName = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1)
