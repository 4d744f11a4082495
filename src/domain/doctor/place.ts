import { type Check, ill, well } from './check.ts'

/** What is known of an installation on this machine. */
export interface PlaceSeen {
  readonly folder: string
  /** The process that keeps the home running. */
  readonly supervisor: number | null
  /** Whether it says that it is ready. */
  readonly isReady: boolean
  readonly port: number
  readonly holder: 'nobody' | 'unknown' | { readonly pid: number; readonly command: string }
}

/** The home, and its port while nothing of the home runs. */
export function judgePlace({ folder, supervisor, isReady, port, holder }: PlaceSeen): readonly Check[] {
  if (supervisor !== null)
    return [
      isReady
        ? well('home', `${folder} runs, under process ${supervisor}`)
        : ill(
            'home',
            `${folder} is being started, or cannot get ready (process ${supervisor})`,
            `Look into ${folder}/log/supervisor.log; it says what it waits for`,
          ),
    ]
  const home = ill(
    'home',
    `Nothing runs in ${folder}`,
    holder === 'nobody' ? 'npm start' : 'Free the port first, then npm start',
  )
  if (holder === 'nobody') return [home, well('port', `Port ${port} is free`)]
  const who =
    holder === 'unknown'
      ? 'another program, which this system does not name'
      : `process ${holder.pid} (${holder.command})`
  const next =
    holder === 'unknown'
      ? 'Set CORDON_PORT to a free port'
      : `Set CORDON_PORT to a free port, or end it: kill ${holder.pid}`
  return [home, ill('port', `Port ${port} is held by ${who}`, next)]
}
