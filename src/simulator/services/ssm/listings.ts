import type { Instance } from '#simulator/state/tables'

const PROCESSES = [
  'USER       PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND',
  'root         1  0.0  0.4 171020  9216 ?        Ss   08:00   0:02 /usr/lib/systemd/systemd --system',
  'root       612  0.0  0.9 723400 18200 ?        Ssl  08:00   0:05 /usr/bin/amazon-ssm-agent',
  'nginx      840  0.3  1.1  98560 22100 ?        S    08:00   0:41 nginx: worker process',
]
const MINER =
  'nginx     4242 97.8  6.3 412300 126000 ?       Rl   11:02  38:10 /tmp/.cache/kworkerd -o pool.example.net:3333'
const CONNECTIONS = [
  'State  Recv-Q Send-Q Local Address:Port  Peer Address:Port Process',
  'LISTEN 0      511          0.0.0.0:80         0.0.0.0:*    users:(("nginx",pid=840,fd=6))',
]
const MINING = 'ESTAB  0      0      10.20.0.21:48122  198.51.100.7:3333 users:(("kworkerd",pid=4242,fd=11))'

/** What a shell line prints on an instance; lines that list nothing print nothing. */
export function outputOf(lines: readonly string[], { mining }: Pick<Instance, 'mining'>): string {
  const text = lines.join('\n')
  const printed = [
    ...(/\bps\b/.test(text) ? [...PROCESSES, ...(mining ? [MINER] : [])] : []),
    ...(/\b(ss|netstat)\b/.test(text) ? [...CONNECTIONS, ...(mining ? [MINING] : [])] : []),
  ]
  return printed.map((line) => `${line}\n`).join('')
}
