/** Asks moto as one of AWS’s own clients would; who asks is all the same to it. */
const PLACE = 'eu-central-1'

const credential = (service: string): string =>
  `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/${PLACE}/${service}/aws4_request, SignedHeaders=host, Signature=0`

export interface Answered {
  readonly status: number
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into the answers of every call
  readonly body: any
}

/** A call of a service that speaks AWS JSON, such as `AWSEvents.PutRule`. */
export async function askMoto(endpoint: string, target: string, input: object): Promise<Answered> {
  const isQueue = target.startsWith('AmazonSQS')
  const reply = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': `application/x-amz-json-1.${isQueue ? 0 : 1}`,
      'x-amz-target': target,
      authorization: credential(isQueue ? 'sqs' : 'events'),
    },
    body: JSON.stringify(input),
  })
  const text = await reply.text()
  return { status: reply.status, body: text === '' ? {} : JSON.parse(text) }
}

/** As EventBridge matches a pattern of exact texts; of any other kind of pattern it knows nothing and says so. Source: EventBridge, event patterns. */
export function matches(pattern: Readonly<Record<string, unknown>>, event: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(pattern).every(([field, wanted]) => {
    if (!Array.isArray(wanted) || !wanted.every((one) => typeof one === 'string'))
      throw new TypeError(`The pattern of ${field} is more than a list of texts`)
    return typeof event[field] === 'string' && wanted.includes(event[field])
  })
}
