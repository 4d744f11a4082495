import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'

/** How a file reaches another: with its values, only its types, or by `import()` when it is needed. */
export type Reach = 'values' | 'types' | 'loaded'

export interface Import {
  readonly specifier: string
  readonly reach: Reach
}

/** Files under a folder, as paths from the root of the repository, with `/`. */
export function filesUnder(root: string, folder: string, extension: RegExp): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && extension.test(entry.name))
    .map((entry) =>
      posix.join(
        ...join(entry.parentPath, entry.name)
          .slice(root.length + 1)
          .split(/[\\/]/),
      ),
    )
    .toSorted()
}

const STATIC = /^(?:import|export)\s+(type\s)?(?:[^'"`;]*?\sfrom\s+)?'([^']+)'/gm
const DYNAMIC = /\bimport\('([^']+)'\)/g

/** Every import of a source text, as the formatter writes them. */
export function importsIn(text: string): readonly Import[] {
  const stated = [...text.matchAll(STATIC)].map(([, type, specifier = '']) => ({
    specifier,
    reach: type === undefined ? ('values' as const) : ('types' as const),
  }))
  const loaded = [...text.matchAll(DYNAMIC)].map(([, specifier = '']) => ({ specifier, reach: 'loaded' as const }))
  return [...stated, ...loaded]
}

/** Where a specifier of ours leads, without its ending; `undefined` for packages. */
export function ours(file: string, specifier: string): string | undefined {
  if (specifier.startsWith('#')) return `src/${specifier.slice(1)}`.replace(/\.tsx?$/, '')
  if (specifier === 'cordon/runbook' || specifier === 'cordon/testing') return `src/authoring/${specifier.slice(7)}`
  if (specifier.startsWith('.')) return posix.join(posix.dirname(file), specifier).replace(/\.tsx?$/, '')
  return undefined
}

/** Everything that a file reaches at run time, files and packages, through any number of files. */
export function reachedFrom(root: string, start: string): ReadonlySet<string> {
  const reached = new Set<string>()
  const open = [start]
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    for (const name of reachedDirectly(root, file)) {
      if (reached.has(name)) continue
      reached.add(name)
      if (existsSync(join(root, name))) open.push(name)
    }
  }
  return reached
}

function reachedDirectly(root: string, file: string): readonly string[] {
  return importsIn(readFileSync(join(root, file), 'utf8'))
    .filter(({ reach }) => reach !== 'types')
    .map(({ specifier }) => {
      const target = ours(file, specifier)
      return target === undefined ? specifier : `${target}.ts`
    })
}
