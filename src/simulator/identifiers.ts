import { randomBytes, randomInt } from 'node:crypto'

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const HEX = '0123456789abcdef'

const pick = (alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join('')

/** A unique id of IAM: the prefix says what it is (AIDA user, AROA role, AIPA profile, AKIA key, ASIA session key). */
export const iamId = (prefix: 'AIDA' | 'AROA' | 'AIPA' | 'ANPA'): string => prefix + pick(BASE32, 17)

export const accessKeyId = (prefix: 'AKIA' | 'ASIA'): string => prefix + pick(BASE32, 16)

/** A resource id of EC2 and its like. */
export const resourceId = (prefix: string): string => `${prefix}-0${pick(HEX, 16)}`

export const hexId = (length: number): string => pick(HEX, length)

export const secretAccessKey = (): string => randomBytes(30).toString('base64')

export const sessionToken = (): string => `FwoGZXIvYXdzE${randomBytes(180).toString('base64')}`

interface Named {
  readonly account: string
  readonly path: string
  readonly name: string
}

export const userArn = ({ account, path, name }: Named): string => `arn:aws:iam::${account}:user${path}${name}`
export const roleArn = ({ account, path, name }: Named): string => `arn:aws:iam::${account}:role${path}${name}`
export const instanceProfileArn = ({ account, path, name }: Named): string =>
  `arn:aws:iam::${account}:instance-profile${path}${name}`
