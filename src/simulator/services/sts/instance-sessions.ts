import { arnOf, type Moment } from '#simulator/services/ec2/places'
import type { Instance, Session } from '#simulator/state/tables'
import { openSession } from './sessions.ts'

const SESSION_SECONDS = 6 * 3600

/**
 * Gives an instance credentials of its role, as its metadata service does: their session is named after the instance.
 * Undefined when it has no profile, or the profile no role.
 */
export function openInstanceSession(place: Moment, instance: Instance): Session | undefined {
  const name = instance.instanceProfile?.arn.split('/').at(-1)
  const profile = place.state.get('instanceProfile', `${place.account}/${name}`)
  const role = profile && place.state.get('role', `${place.account}/${profile.role}`)
  if (!role) return undefined
  return openSession(place, {
    account: place.account,
    seconds: SESSION_SECONDS,
    principal: { kind: 'role', role: role.name, roleId: role.id, sessionName: instance.id },
    ofInstance: { arn: arnOf(place, 'instance', instance.id) },
    tags: {},
    transitiveTagKeys: [],
  })
}
