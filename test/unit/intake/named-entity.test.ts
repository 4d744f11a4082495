import { expect, it } from 'vitest'
import { entityOfType } from '#intake/named-entity'

const place = { account: '111122223333', region: 'eu-central-1' }

it.each(['constructor', 'toString', 'AWS::ValueOf', '__proto__'])('a type that is called %s is of no kind', (type) => {
  expect(entityOfType(type, 'i-1', place)).toBeNull()
})

it('a type is known in the words of every producer', () => {
  for (const type of ['AWS::EC2::Instance', 'AwsEc2Instance', 'EC2_INSTANCE'])
    expect(entityOfType(type, 'i-1', place)).toMatchObject({ kind: 'instance', id: 'i-1' })
})
