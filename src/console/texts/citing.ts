import { plural } from './plural.ts'

/** What a verdict or an answer rests on. */
export const citing = {
  finding: (type: string) => `Finding ${type}`,
  piece: (kind: string) => `Evidence ${kind}`,
  filter: 'Show only what has these words',
  shown: (shown: number, of: number) => `${shown} of ${of} shown; what is ticked stays`,
  beyond: (count: number) => `${plural(count, 'older finding')} not shown here: cite by the command line.`,
} as const
