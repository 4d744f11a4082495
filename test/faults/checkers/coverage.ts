import { type Checker, violationOf } from './violation.ts'

const violation = violationOf('coverage')

/** Sometimes: a fault that was planned and never hit has proved nothing. */
export const coverage: Checker = ({ faults }) =>
  faults.filter(({ fired }) => !(fired >= 1)).map(({ point }) => violation(point, 'the fault never hit'))
