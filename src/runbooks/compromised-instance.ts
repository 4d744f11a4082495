import {
  actions,
  defineRunbook,
  type Ec2Instance,
  evidence,
  type Finding,
  type InstanceDetails,
  type InstanceSessions,
} from 'cordon/runbook'

export const compromisedInstance = defineRunbook({
  id: 'compromised-instance',
  title: 'An EC2 instance works for somebody else',
  handles: [
    'Backdoor:EC2/*',
    'CryptoCurrency:EC2/*',
    'Impact:EC2/*',
    'Trojan:EC2/*',
    'UnauthorizedAccess:EC2/*',
    'UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.*',
  ],

  async respond(incident, { collect, contain, release, page, handOver }) {
    const instance = incident.instance()
    if (instance === null) return handOver('The findings name no instance')
    const { instanceId } = instance
    const details = await collect(evidence.instanceDetails(instance))
    const { state, autoScalingGroup } = details
    if (state !== 'running' && state !== 'stopped') return handOver(`${instanceId} is ${state}: look for what is left`)

    const sessions = sessionsOf(instance, details)
    const keep = keepingSteps(instance, details)
    const cut = [actions.isolateInstance(instance), ...sessions.map(actions.denyInstanceSessions)]
    const contained = await contain('Keep the instance as evidence and cut it off', [
      ...(incident.findings.some(isDoingHarm)
        ? [...cut, ...keep.toReversed()]
        : [...keep, actions.captureVolatile(instance), ...cut]),
      actions.snapshotVolumes(instance),
    ])
    if (contained.outcome !== 'contained') return handOver(contained)
    for (const one of sessions) await collect(evidence.activityOf(one, { hours: 24 }))

    const place = autoScalingGroup === null ? '' : ` and give ${autoScalingGroup} its size back`
    await page(`Put a clean instance in the place of ${instanceId}${place}; then approve its release as rebuilt`)
    const released = await release(contained, 'rebuilt')
    if (released.outcome !== 'contained') await handOver(released)
  },
})

/** A health check that fails would have the instance replaced, and its evidence with it. */
const keepingSteps = (instance: Ec2Instance, { autoScalingGroup }: InstanceDetails) => [
  actions.protectInstance(instance),
  ...(autoScalingGroup === null ? [] : [actions.suspendReplacement(instance)]),
]

const sessionsOf = (instance: Ec2Instance, { role }: InstanceDetails): readonly InstanceSessions[] =>
  role === null ? [] : [{ kind: 'instance-sessions', account: instance.account, instance, role }]

/** Data that leaves or is destroyed does not wait for evidence. */
const isDoingHarm = ({ type }: Finding): boolean => type.startsWith('Impact:') || type.includes('Exfiltration')
