import type { Call } from '#simulator/services/service'
import type { Detector } from '#simulator/state/tables'
import { AwsFault } from '#simulator/wire/fault'

export const badRequest = (message: string): AwsFault =>
  new AwsFault('BadRequestException', message, { status: 400, members: { Type: 'InvalidInputException' } })

export interface InDetector {
  readonly DetectorId?: string | undefined
}

const detectorArn = (call: Call, id: string | undefined): string =>
  `arn:aws:guardduty:${call.region}:${call.account}:detector/${id}`
export const inDetector = (input: InDetector, call: Call): readonly string[] => [detectorArn(call, input.DetectorId)]

export function requireDetector(call: Call, id: string | undefined): Detector {
  const detector = call.state.get('detector', `${call.account}/${call.region}`)
  if (detector?.id !== id || !detector)
    throw badRequest('The request is rejected because the input detectorId is not owned by the current account.')
  return detector
}
