import type { CommandSpec } from './commands.ts'

const leases = () => import('./commands/leases.ts')

/** Commands about until when what Cordon contained holds before people must say that it is still wanted. */
export const leaseCommands: readonly CommandSpec[] = [
  {
    name: 'leases',
    description: 'what is contained and until when, the nearest end first; nothing is lifted at the end',
    as: 'responder',
    load: async () => (await leases()).list,
  },
  {
    name: 'plans renew <hash>',
    description: 'have what a plan contained hold longer, from now on',
    options: [
      ['--for <duration>', 'for how long, such as 3d; from 1h to what policy says'],
      ['--reason <text>', 'why'],
    ],
    as: 'responder',
    load: async () => (await leases()).renew,
  },
]
