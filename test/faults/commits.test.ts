import { describe, expect, it } from 'vitest'
import { commitName, kindOf, tablesWritten } from './commits.ts'
import { boundName, boundValues, type Message, messageReader, parsed, readStartup, rowsOf } from './postgres-wire.ts'

const statement = (text: string, ...values: readonly string[]) => ({ text, values })

describe('a commit', () => {
  it('is called by the events that it tells the log', () => {
    const told = statement(
      'insert into "audit_entry" ("stream", "seq", "type") values ($1, $2, $3)',
      'inc-1',
      '4',
      'vote.cast',
    )
    expect(commitName([statement('insert into "vote" values ($1)', 'x'), told])).toBe('vote.cast')
  })

  it('is called by its tables when it tells none', () => {
    const both = [statement('update "wake" set requested = 1'), statement('insert into "page" values (1)')]
    expect(commitName(both)).toBe('page+wake')
  })

  it('writes neither what it locks nor what its conflict would change', () => {
    expect(tablesWritten(statement('select * from "plan" for update of "plan"'))).toEqual([])
    expect(tablesWritten(statement('insert into wake (a) values (1) on conflict do update set a = 2'))).toEqual([
      'wake',
    ])
    expect(tablesWritten(statement('with gone as (delete from audit_pending returning id) select 1'))).toEqual([
      'audit_pending',
    ])
  })

  it('ends what a beginning began', () => {
    const kinds = ['begin', 'select 1', 'insert into vote values (1)', 'commit', 'rollback']
    expect(kinds.map((text) => kindOf(statement(text)))).toEqual(['begin', 'other', 'write', 'commit', 'rollback'])
  })
})

const framed = (type: string, body: Buffer): Buffer => {
  const head = Buffer.alloc(5)
  head.write(type)
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

const short = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff])
const long = (value: number): Buffer => Buffer.from([0, 0, value >> 8, value & 0xff])

describe('the protocol of Postgres', () => {
  const parse = framed('P', Buffer.from('cordon_1\0insert into vote values ($1)\0\0\0', 'latin1'))
  const bind = framed(
    'B',
    Buffer.concat([
      Buffer.from('\0cordon_1\0', 'latin1'),
      short(0),
      short(2),
      long(3),
      Buffer.from('yes'),
      Buffer.from([255, 255, 255, 255]),
      short(0),
    ]),
  )

  it('is read whatever pieces it comes in', () => {
    const read = messageReader()
    const stream = Buffer.concat([parse, bind])
    const messages: Message[] = []
    for (const byte of stream) messages.push(...read(Buffer.from([byte])))
    expect(messages.map(({ type }) => type)).toEqual(['P', 'B'])
    expect(Buffer.concat(messages.map(({ bytes }) => bytes))).toEqual(stream)
    const [first, second] = messages
    if (first === undefined || second === undefined) throw new Error('Two messages came')
    expect(parsed(first)).toEqual(['cordon_1', 'insert into vote values ($1)'])
    expect([boundName(second), boundValues(second)]).toEqual(['cordon_1', ['yes', '']])
  })

  it('tells how many rows a command touched', () => {
    const [done] = messageReader()(framed('C', Buffer.from('INSERT 0 3\0')))
    const [committed] = messageReader()(framed('C', Buffer.from('COMMIT\0')))
    if (done === undefined || committed === undefined) throw new Error('Both came')
    expect([rowsOf(done), rowsOf(committed)]).toEqual([3, 0])
  })

  it('begins with whose connection it is, and nothing else is let through', () => {
    const words = Buffer.from('user\0cordon_gate\0database\0cordon\0\0')
    const startup = Buffer.concat([long(words.length + 8), Buffer.from([0, 3, 0, 0]), words])
    expect(readStartup(startup)?.user).toBe('cordon_gate')
    expect(readStartup(startup.subarray(0, 9))).toBeUndefined()
    expect(() => readStartup(Buffer.concat([long(8), Buffer.from([4, 210, 22, 47])]))).toThrow('no TLS')
  })
})
