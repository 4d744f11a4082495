import type { AttackSequence, ResourceRole } from '#domain/finding'
import { findingKey } from '#domain/finding'
import { keyOfArn } from '#intake/arn'
import { credentialOf } from '#intake/credential'
import { instanceOf } from '#intake/instance'
import { accountAt, at, listAt, member, numberAt, textAt, timeAt } from '#intake/member'
import type { Place } from '#intake/named-entity'
import type { Members } from '#intake/unwrap'
import type { Draft, Form } from './form.ts'
import { entitiesIn } from './guardduty-entities.ts'

/** GuardDuty’s own, in EventBridge’s capitals and in the API’s. Source: GuardDuty, Finding; EventBridge, GuardDuty Finding. */
export const guardDuty: Form = {
  name: 'guardduty',
  title: 'GuardDuty finding',
  // What is no other form, so that its reason says what a finding needs.
  recognises: () => true,
  read,
}

function read(raw: Members): Draft {
  const text = (path: string): string | null => textAt(raw, path)
  const place: Place = { account: accountAt(raw, 'accountId') ?? '', region: text('region') ?? '' }
  const credential = credentialOf(keyDetailsIn(raw), place.account)
  const action = actionOf(raw)
  return {
    source: 'guardduty',
    id: text('id'),
    type: text('type'),
    account: accountAt(raw, 'accountId'),
    region: text('region'),
    severity: numberAt(raw, 'severity'),
    title: text('title'),
    description: text('description'),
    createdAt: timeAt(raw, 'createdAt'),
    updatedAt: timeAt(raw, 'updatedAt'),
    firstSeen: timeAt(raw, 'service.eventFirstSeen'),
    lastSeen: timeAt(raw, 'service.eventLastSeen'),
    count: numberAt(raw, 'service.count'),
    isSample: isSample(raw),
    credential,
    instance: instanceOf({ named: text('resource.instanceDetails.instanceId'), ...place, credential }),
    remoteAddress: textAt(action, 'remoteIpDetails.ipAddressV4') ?? textAt(action, 'remoteIpDetails.ipAddressV6'),
    api: textAt(action, 'api'),
    service: textAt(action, 'serviceName'),
    errorCode: textAt(action, 'errorCode'),
    userAgent: textAt(action, 'userAgent'),
    resourceRole: roleOf(text('service.resourceRole')),
    entities: entitiesIn(raw, { ...place, credential }),
    attackSequence: sequenceIn(raw, place),
  }
}

function keyDetailsIn(raw: unknown) {
  const text = (name: string): string => textAt(raw, `resource.accessKeyDetails.${name}`) ?? ''
  return {
    accessKeyId: text('accessKeyId'),
    principalId: text('principalId'),
    userName: text('userName'),
    userType: text('userType'),
  }
}

const actionKinds = ['awsApiCallAction', 'networkConnectionAction', 'kubernetesApiCallAction', 'rdsLoginAttemptAction']

/** The details of what was done, whichever kind of action it was; undefined when the finding names none. */
function actionOf(raw: unknown): unknown {
  const action = at(raw, 'service.action')
  return actionKinds.map((kind) => member(action, kind)).find((details) => details !== undefined)
}

/** Source: GuardDuty, Service.ResourceRole; some findings have none. */
export const roleOf = (text: string | null): ResourceRole | null => {
  const role = text?.toLowerCase()
  return role === 'target' || role === 'actor' ? role : null
}

// Each is locked while the sequence is taken in; what is beyond finds it by its own ARN.
const MAX_PARTS = 50

/** Source: GuardDuty, Finding.AssociatedAttackSequenceArn and Detection.Sequence; a signal’s uid is a finding’s id or ARN. */
function sequenceIn(raw: unknown, { account, region }: Place): AttackSequence | null {
  const sequence = at(raw, 'service.detection.sequence')
  if (sequence !== undefined && (textAt(raw, 'type') ?? '').startsWith('AttackSequence:')) {
    const uids = listAt(sequence, 'signals')
      .filter((signal) => (textAt(signal, 'type') ?? 'FINDING') === 'FINDING')
      .flatMap((signal) => textAt(signal, 'uid') ?? [])
    const keys = uids.map((uid) => keyOfArn(uid) ?? findingKey(account, region, uid))
    return { kind: 'sequence', parts: [...new Set(keys)].slice(0, MAX_PARTS) }
  }
  const arn = textAt(raw, 'associatedAttackSequenceArn')
  return arn === null ? null : { kind: 'part', arn, sequence: keyOfArn(arn) }
}

/** Source: GuardDuty, sample findings: the title begins with [SAMPLE], or the additional information says so. */
function isSample(raw: unknown): boolean {
  const info = at(raw, 'service.additionalInfo')
  if (isSampleTitle(textAt(raw, 'title')) || member(info, 'sample') === true) return true
  const value = member(info, 'value')
  try {
    return member(JSON.parse(typeof value === 'string' ? value : 'null'), 'sample') === true
  } catch {
    // Whatever else the detector wrote there says nothing of samples.
    return false
  }
}

export const isSampleTitle = (title: string | null): boolean => (title ?? '').startsWith('[SAMPLE]')
