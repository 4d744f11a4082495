import type { Instance, NetworkInterface, Volume } from '#simulator/state/tables'
import { all, type Moment, type Place, put, remove } from './places.ts'

/** The network interfaces of an instance, the primary one first. */
export const interfacesOf = (place: Place, instance: string): readonly NetworkInterface[] =>
  all(place, 'networkInterface')
    .filter(({ attachment }) => attachment?.instance === instance)
    .toSorted((left, right) => (left.attachment?.deviceIndex ?? 0) - (right.attachment?.deviceIndex ?? 0))

/** The volumes of an instance, by their device. */
export const volumesOf = (place: Place, instance: string): readonly Volume[] =>
  all(place, 'volume')
    .filter((volume) => volume.instance === instance)
    .toSorted((left, right) => (left.device < right.device ? -1 : 1))

export const ROOT_DEVICE = '/dev/xvda'

/** Ends an instance: what is marked to go with it goes, the rest stays behind unattached. */
export function terminateInstance(place: Moment, instance: Instance): void {
  put(place, 'instance', { ...instance, state: 'terminated' })
  for (const { attachment, ...left } of interfacesOf(place, instance.id)) {
    if (attachment?.deleteOnTermination) remove(place, 'networkInterface', left.id)
    else put(place, 'networkInterface', left)
  }
  for (const { instance: _former, ...left } of volumesOf(place, instance.id)) {
    if (left.deleteOnTermination) remove(place, 'volume', left.id)
    else put(place, 'volume', left)
  }
}
