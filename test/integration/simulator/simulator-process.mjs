// A simulator as a process of its own, to be killed. Says its port on the first line.
import { createSimulator } from '#simulator/simulator'

const simulator = createSimulator({ dir: process.argv[2] ?? '', controlToken: 'control' })
process.stdout.write(`${await simulator.listen(0)}\n`)
