import type { Members } from '#intake/unwrap'
import { accessAnalyzer } from './access-analyzer.ts'
import { asff } from './asff.ts'
import { cloudTrail } from './cloudtrail.ts'
import type { Form } from './form.ts'
import { guardDuty } from './guardduty.ts'
import { inspector } from './inspector.ts'
import { macie } from './macie.ts'
import { ocsf } from './ocsf.ts'

/** The first that recognises a finding reads it; GuardDuty’s takes the rest. */
const forms: readonly Form[] = [asff, ocsf, macie, inspector, accessAnalyzer, cloudTrail, guardDuty]

/** The form that the finding is written in. */
export const formOf = (raw: Members): Form => forms.find(({ recognises }) => recognises(raw)) ?? guardDuty
