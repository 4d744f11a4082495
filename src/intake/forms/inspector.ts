import { distinct } from '#domain/entity'
import { arnOf } from '#intake/arn'
import { accountAt, listAt, numberAt, textAt, timeAt } from '#intake/member'
import { entityOfType, type Place, present } from '#intake/named-entity'
import type { Members } from '#intake/unwrap'
import { type Draft, type Form, severityOf } from './form.ts'

/** Inspector’s vulnerabilities and open ports. Source: Inspector, Finding; EventBridge, Inspector2 Finding. */
export const inspector: Form = {
  name: 'inspector',
  title: 'Inspector finding',
  recognises: (raw) => arnOf(textAt(raw, 'findingArn'))?.service === 'inspector2',
  read,
}

function read(raw: Members): Draft {
  const text = (path: string): string | null => textAt(raw, path)
  const place = placeIn(raw)
  const resources = listAt(raw, 'resources')
  const type = text('type')
  return {
    source: 'inspector',
    id: text('findingArn'),
    type: type === null ? null : `Inspector:${type}`,
    account: place.account || null,
    region: place.region,
    severity: numberAt(raw, 'inspectorScore') ?? severityOf(text('severity')),
    title: text('title'),
    description: text('description'),
    createdAt: timeAt(raw, 'firstObservedAt'),
    updatedAt: timeAt(raw, 'updatedAt') ?? timeAt(raw, 'lastObservedAt'),
    firstSeen: timeAt(raw, 'firstObservedAt'),
    lastSeen: timeAt(raw, 'lastObservedAt'),
    // The instance is shown and correlated; a vulnerability is no reason to contain it, so it is not what the finding is about.
    entities: distinct(present(resources.map((one) => entityOfType(textAt(one, 'type'), textAt(one, 'id'), place)))),
  }
}

const placeIn = (raw: unknown): Place => {
  const arn = arnOf(textAt(raw, 'findingArn'))
  return { account: accountAt(raw, 'awsAccountId') ?? arn?.account ?? '', region: arn?.region ?? '' }
}
