import { describe, expect, it } from 'vitest'
import { correlationKey } from '#domain/finding'
import { readFindings } from '#intake/read-finding'

const ACCOUNT = '111122223333'
const REGION = 'eu-central-1'
const AT = '2026-11-24T08:05:00.000Z'

const accepted = (sent: unknown) => {
  const [read, ...more] = readFindings(sent)
  if (read === undefined || more.length > 0) throw new Error('One was sent')
  if (read.kind !== 'accepted') throw new Error(read.reason)
  return read.finding
}

const guardDutyArn = `arn:aws:guardduty:${REGION}:${ACCOUNT}:detector/d1/finding/f1`

const asffOfGuardDuty = {
  SchemaVersion: '2018-10-08',
  Id: guardDutyArn,
  ProductArn: `arn:aws:securityhub:${REGION}::product/aws/guardduty`,
  AwsAccountId: ACCOUNT,
  Region: REGION,
  Types: ['TTPs/Initial Access/UnauthorizedAccess:IAMUser-MaliciousIPCaller.Custom'],
  Severity: { Product: 5, Normalized: 70, Label: 'HIGH' },
  CreatedAt: '2026-11-24T08:00:00Z',
  UpdatedAt: '2026-11-24T08:05:00Z',
  Title: 'A key was used from a bad address',
  Description: 'What happened',
  ProductFields: {
    'aws/guardduty/service/count': '4',
    'aws/guardduty/service/resourceRole': 'TARGET',
    'aws/guardduty/service/action/awsApiCallAction/api': 'GetUser',
    'aws/guardduty/service/action/awsApiCallAction/remoteIpDetails/ipAddressV4': '198.51.100.23',
  },
  Resources: [
    {
      Type: 'AwsIamAccessKey',
      Id: 'AWS::IAM::AccessKey:AKIAIOSFODNN7EXAMPLE',
      Details: {
        AwsIamAccessKey: {
          AccessKeyId: 'AKIAIOSFODNN7EXAMPLE',
          PrincipalId: 'AIDACKCEVSQ6C2EXAMPLE',
          PrincipalName: 'deploy-bot',
          PrincipalType: 'IAMUser',
        },
      },
    },
  ],
}

describe('a finding of GuardDuty by Security Hub', () => {
  it('is the finding that GuardDuty itself reports: by key, type, severity, owner and action', () => {
    const finding = accepted({
      'detail-type': 'Security Hub Findings - Imported',
      detail: { findings: [asffOfGuardDuty] },
    })
    expect(finding).toMatchObject({
      key: `${ACCOUNT}/${REGION}/f1`,
      source: 'guardduty',
      form: 'asff',
      type: 'UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom',
      severityMilli: 5000,
      count: 4,
      resourceRole: 'target',
      api: 'GetUser',
      remoteAddress: '198.51.100.23',
      credential: { kind: 'user-key', user: { userId: 'AIDACKCEVSQ6C2EXAMPLE', name: 'deploy-bot' } },
    })
    expect(correlationKey(finding)).toBe(`${ACCOUNT}/iam-user/AIDACKCEVSQ6C2EXAMPLE`)
  })

  it.each([
    ['TTPs/Command and Control/Backdoor:EC2-C&CActivity.B!DNS', 'Backdoor:EC2/C&CActivity.B!DNS'],
    ['TTPs/AttackSequence:IAM/CompromisedCredentials', 'AttackSequence:IAM/CompromisedCredentials'],
    ['Unusual Behaviors/Future:EC2-Next-Thing', 'Future:EC2-Next-Thing'],
  ])('has its type from the list of types: %s', (renamed, type) => {
    expect(accepted({ ...asffOfGuardDuty, Types: [renamed] }).type).toBe(type)
  })

  it('has the same key in OCSF', () => {
    const finding = accepted({
      'detail-type': 'Findings Imported V2',
      detail: {
        findings: [
          {
            class_uid: 2004,
            severity_id: 4,
            time: Date.parse(AT),
            metadata: { product: { uid: `arn:aws:securityhub:${REGION}::productv2/aws/guardduty` } },
            cloud: { account: { uid: ACCOUNT }, region: REGION },
            finding_info: { uid: guardDutyArn, title: 'T', types: ['Recon:EC2-Portscan'] },
            resources: [{ type: 'AWS::IAM::AccessKey', uid: 'AKIAIOSFODNN7EXAMPLE' }],
          },
        ],
      },
    })
    expect(finding).toMatchObject({
      key: `${ACCOUNT}/${REGION}/f1`,
      source: 'guardduty',
      form: 'ocsf',
      type: 'Recon:EC2/Portscan',
      severityMilli: 8000,
      updatedAt: AT,
      entities: [{ kind: 'access-key', id: 'AKIAIOSFODNN7EXAMPLE' }],
    })
  })
})

describe('a finding of another product', () => {
  it.each(['constructor', 'toString', '__proto__'])('names nothing by the type %s, which every object has', (Type) => {
    const Resources = [{ Type, Id: 'something' }]
    const ProductArn = `arn:aws:securityhub:${REGION}::product/acme/falcon`
    const { entities } = accepted({ ...asffOfGuardDuty, ProductArn, Resources })
    expect(entities?.map(({ id }) => id)).not.toContain('something')
  })

  it('in ASFF has its product in its key, so that it cannot pass for a detector’s', () => {
    const ProductArn = `arn:aws:securityhub:${REGION}::product/acme/falcon`
    const finding = accepted({
      ...asffOfGuardDuty,
      Id: 'f1',
      ProductArn,
      Types: ['Malware/Miner'],
      Severity: { Label: 'CRITICAL' },
    })
    expect(finding).toMatchObject({
      key: `${ACCOUNT}/${REGION}/security-hub/${ProductArn}/f1`,
      source: 'security-hub',
      product: ProductArn,
      type: 'Malware/Miner',
      severityMilli: 9000,
    })
  })

  it('in OCSF may be of an account that is none of AWS: it is shown, and nothing in it can be a target', () => {
    const finding = accepted({
      class_uid: 2004,
      severity: 'High',
      time: Date.parse(AT),
      metadata: { product: { name: 'Sentinel' } },
      cloud: { account: { uid: 'subscription-7' } },
      finding_info: { uid: 'x1', title: 'T' },
      resources: [{ type: 'AWS::EC2::Instance', uid: 'i-0123456789abcdef0' }],
      actor: { user: { type: 'IAMUser', uid: 'AIDACKCEVSQ6C2EXAMPLE', name: 'u', credential_uid: 'AKIAX' } },
      type_name: 'Detection Finding: Create',
    })
    expect(finding).toMatchObject({
      source: 'ocsf',
      account: 'subscription-7',
      region: 'global',
      type: 'Detection Finding: Create',
      credential: { kind: 'unknown' },
      instance: null,
    })
  })
})

const macie = {
  schemaVersion: '1.0',
  id: 'm1',
  accountId: ACCOUNT,
  region: REGION,
  type: 'SensitiveData:S3Object/Credentials',
  title: 'An object contains credentials',
  description: 'D',
  severity: { score: 3, description: 'High' },
  createdAt: AT,
  updatedAt: AT,
  count: 1,
  resourcesAffected: { s3Bucket: { name: 'shop-data' }, s3Object: { path: 'shop-data/keys.txt' } },
  policyDetails: null,
}

const inspector = {
  findingArn: `arn:aws:inspector2:${REGION}:${ACCOUNT}:finding/0a1b`,
  awsAccountId: ACCOUNT,
  type: 'PACKAGE_VULNERABILITY',
  title: 'CVE-2026-1',
  description: 'D',
  severity: 'CRITICAL',
  inspectorScore: 9.8,
  firstObservedAt: AT,
  lastObservedAt: AT,
  updatedAt: AT,
  resources: [{ type: 'AWS_EC2_INSTANCE', id: 'i-0123456789abcdef0', region: REGION }],
}

const accessAnalyzer = {
  id: 'a1',
  accountId: ACCOUNT,
  region: REGION,
  resourceType: 'AWS::S3::Bucket',
  resource: 'arn:aws:s3:::shop-data',
  isPublic: true,
  status: 'ACTIVE',
  createdAt: AT,
  analyzedAt: AT,
  updatedAt: AT,
}

const cloudTrail = {
  eventVersion: '1.11',
  eventID: 'e1',
  eventName: 'CreateUser',
  eventSource: 'iam.amazonaws.com',
  eventTime: AT,
  awsRegion: 'us-east-1',
  recipientAccountId: ACCOUNT,
  errorCode: 'AccessDenied',
  sourceIPAddress: '198.51.100.23',
  userAgent: 'curl',
  userIdentity: {
    type: 'AssumedRole',
    principalId: 'AROACKCEVSQ6C2EXAMPLE:i-0123456789abcdef0',
    accountId: ACCOUNT,
    accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
    sessionContext: { sessionIssuer: { type: 'Role', principalId: 'AROACKCEVSQ6C2EXAMPLE', userName: 'shop' } },
  },
}

describe('a generic finding', () => {
  it('of Macie is about the bucket', () => {
    const finding = accepted({ source: 'aws.macie', detail: macie })
    expect(finding).toMatchObject({ key: `${ACCOUNT}/${REGION}/macie/m1`, source: 'macie', severityMilli: 8000 })
    expect(finding.entities).toEqual([
      { kind: 'bucket', account: ACCOUNT, region: null, id: 'shop-data' },
      { kind: 'object', account: ACCOUNT, region: null, id: 'shop-data/keys.txt' },
    ])
    expect(correlationKey(finding)).toBe(`${ACCOUNT}/bucket/shop-data`)
  })

  it('of Inspector names the instance, and is no reason to contain it', () => {
    const finding = accepted(inspector)
    expect(finding).toMatchObject({
      source: 'inspector',
      type: 'Inspector:PACKAGE_VULNERABILITY',
      severityMilli: 9800,
      instance: null,
      entities: [{ kind: 'instance', account: ACCOUNT, region: REGION, id: 'i-0123456789abcdef0' }],
    })
  })

  it('of IAM Access Analyzer is about the resource', () => {
    expect(accepted({ source: 'aws.access-analyzer', detail: accessAnalyzer })).toMatchObject({
      source: 'access-analyzer',
      type: 'AccessAnalyzer:ExternalAccess/AWS::S3::Bucket',
      severityMilli: 6000,
      title: 'arn:aws:s3:::shop-data is open to everybody (ACTIVE)',
      entities: [{ kind: 'bucket', id: 'shop-data' }],
    })
  })

  it('of a CloudTrail event is about whoever called', () => {
    const finding = accepted({ Records: [cloudTrail] })
    expect(finding).toMatchObject({
      source: 'cloudtrail',
      type: 'CloudTrail:iam/CreateUser',
      api: 'CreateUser',
      service: 'iam.amazonaws.com',
      errorCode: 'AccessDenied',
      credential: { kind: 'role-session', role: { roleId: 'AROACKCEVSQ6C2EXAMPLE', name: 'shop' } },
      instance: { instanceId: 'i-0123456789abcdef0' },
    })
    const other = { ...cloudTrail, userIdentity: { ...cloudTrail.userIdentity, accountId: '999999999999' } }
    expect(accepted(other).credential).toEqual({ kind: 'unknown', account: ACCOUNT })
  })
})

describe('what GuardDuty’s own form says beside the credential', () => {
  const raw = {
    accountId: ACCOUNT,
    region: REGION,
    id: 's1',
    type: 'AttackSequence:S3/CompromisedData',
    severity: 9,
    updatedAt: AT,
    resource: { s3BucketDetails: { item: [{ name: 'shop-data', s3ObjectDetails: [{ key: 'a/b' }] }] } },
    service: {
      eventFirstSeen: AT,
      resourceRole: 'ACTOR',
      action: { awsApiCallAction: { api: 'GetObject', serviceName: 's3.amazonaws.com', errorCode: 'AccessDenied' } },
      detection: {
        sequence: {
          uid: 'q',
          signals: [
            { type: 'FINDING', uid: 'p1' },
            { type: 'CLOUD_TRAIL', uid: 'p2' },
            { type: 'FINDING', uid: guardDutyArn },
          ],
          resources: [{ resourceType: 'EC2_INSTANCE', uid: 'i-0123456789abcdef0' }],
          endpoints: [{ ip: '198.51.100.23' }],
        },
      },
    },
  }

  it('names entities, the call and the parts of a sequence', () => {
    const finding = accepted(raw)
    expect(finding).toMatchObject({
      resourceRole: 'actor',
      service: 's3.amazonaws.com',
      errorCode: 'AccessDenied',
      firstSeen: AT,
      lastSeen: null,
      attackSequence: { kind: 'sequence', parts: [`${ACCOUNT}/${REGION}/p1`, `${ACCOUNT}/${REGION}/f1`] },
    })
    expect(finding.entities?.map(({ kind, id }) => `${kind} ${id}`)).toEqual([
      'bucket shop-data',
      'object shop-data/a/b',
      'instance i-0123456789abcdef0',
      'address 198.51.100.23',
    ])
  })

  it('names the sequence of a part', () => {
    const part = { ...raw, type: 'Exfiltration:S3/AnomalousBehavior', associatedAttackSequenceArn: guardDutyArn }
    expect(accepted(part).attackSequence).toEqual({
      kind: 'part',
      arn: guardDutyArn,
      sequence: `${ACCOUNT}/${REGION}/f1`,
    })
  })

  it('takes back the zeros that a number lost', () => {
    expect(accepted({ ...raw, accountId: 12345678 }).account).toBe('000012345678')
  })
})
