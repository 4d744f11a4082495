import type { LoadedService } from '#simulator/wire/protocol'
import { readServiceSchemas } from '#simulator/wire/schema'
import { athena } from './athena/index.ts'
import { autoScaling } from './auto-scaling/index.ts'
import { cloudtrail } from './cloudtrail.ts'
import { ec2 } from './ec2/index.ts'
import { elasticLoadBalancing } from './elastic-load-balancing/index.ts'
import { guardduty } from './guardduty/index.ts'
import { iam } from './iam/index.ts'
import { lambda } from './lambda.ts'
import { organizations } from './organizations.ts'
import { rds } from './rds.ts'
import { s3 } from './s3/index.ts'
import { secretsManager } from './secrets-manager/index.ts'
import { securityHub } from './security-hub.ts'
import type { Service } from './service.ts'
import { sqs } from './sqs.ts'
import { ssm } from './ssm/index.ts'
import { sts } from './sts/index.ts'

/** Every service that is simulated; each lists its operations by name. */
export const services: readonly Service[] = [
  iam,
  sts,
  guardduty,
  securityHub,
  cloudtrail,
  secretsManager,
  ec2,
  s3,
  organizations,
  sqs,
  autoScaling,
  elasticLoadBalancing,
  ssm,
  lambda,
  rds,
  athena,
]

const loading = new Map<string, Promise<Service & LoadedService>>()

/** The service of a signing name with its schemas, loaded once; undefined for a service that is not simulated. */
export function loadService(signingName: string): Promise<Service & LoadedService> | undefined {
  const service = services.find((known) => known.signingName === signingName)
  if (!service) return undefined
  const started = loading.get(signingName) ?? load(service)
  loading.set(signingName, started)
  return started
}

async function load(service: Service): Promise<Service & LoadedService> {
  return { ...service, schemas: readServiceSchemas(await service.load()) }
}
