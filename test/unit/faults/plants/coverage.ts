import type { Plant } from '../planting.ts'

const fault =
  (point: string, fired: number): Plant =>
  (draft, random) => {
    const hit = Array.from({ length: Math.floor(random() * 5) }, (_, nth) => ({ point: `hit/${nth}`, fired: 1 + nth }))
    draft.faults = [...hit, { point, fired }]
  }

export const coveragePlants: Readonly<Record<string, Plant>> = {
  'a kill never hit': fault('executor/iam:PutUserPolicy#1/after', 0),
  'a lost answer never hit': fault('simulator/lose/ec2:CreateSecurityGroup', 0),
  'a fault has no count': fault('worker/record#3/before', Number.NaN),
  'a fault hit less than never': fault('api/vote/after', -1),
}
