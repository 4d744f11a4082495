import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { bundleWorkflows } from './bundle-workflows.ts'

// A step of `npm run build`: the bundle is made where the sources are, never while serving.
writeFileSync(fileURLToPath(new URL('../workflows.bundle.js', import.meta.url)), await bundleWorkflows())
