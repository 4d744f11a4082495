import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'

/** Source: OWASP, Password Storage: as strong as N = 2^17 with p = 1, in a quarter of the memory, so that many at once cannot fill it. */
const STRENGTH = { N: 32_768, r: 8, p: 3 } as const
const KEY_BYTES = 32
const SALT_BYTES = 16

export const SHORTEST_PASSWORD = 12
export const LONGEST_PASSWORD = 256

/** The hash of the password with a new salt and the parameters that it was made with: `scrypt$N$r$p$salt$key`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const { N, r, p } = STRENGTH
  const key = await derive(password, salt, STRENGTH)
  return ['scrypt', N, r, p, salt.toString('base64url'), key.toString('base64url')].join('$')
}

/** What nobody’s password is, made as any other, so that an unknown person costs the same time. */
const nobodys = `scrypt$${STRENGTH.N}$${STRENGTH.r}$${STRENGTH.p}$${Buffer.alloc(SALT_BYTES).toString('base64url')}$${Buffer.alloc(KEY_BYTES).toString('base64url')}`

/** Whether the password is the one of the hash; without a hash it is not, and takes as long to say so. */
export async function isPassword(password: string, hash: string | undefined): Promise<boolean> {
  const [, N = '', r = '', p = '', salt = '', key = ''] = (hash ?? nobodys).split('$')
  const wanted = Buffer.from(key, 'base64url')
  const strength = { N: Number(N), r: Number(r), p: Number(p) }
  const given = await derive(password, Buffer.from(salt, 'base64url'), strength)
  return wanted.length === given.length && timingSafeEqual(wanted, given) && hash !== undefined
}

const BLOCK_BYTES = 128
/** Node refuses to use more than this; what is needed and some to spare. */
const memoryOf = ({ N, r, p }: Strength): number => 2 * BLOCK_BYTES * r * (N + p)

interface Strength {
  readonly N: number
  readonly r: number
  readonly p: number
}

const derive = (password: string, salt: Buffer, strength: Strength): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const options: ScryptOptions = { ...strength, maxmem: memoryOf(strength) }
    // One password, however it was typed. Source: RFC 8265, section 4.2.
    scrypt(password.normalize('NFC'), salt, KEY_BYTES, options, (error, key) => {
      if (error === null) resolve(key)
      else reject(error)
    })
  })
