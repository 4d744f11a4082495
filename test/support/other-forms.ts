import fc from 'fast-check'

export const findingTypes = [
  'UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom',
  'CryptoCurrency:EC2/BitcoinTool.B!DNS',
  'Policy:S3/BucketBlockPublicAccessDisabled',
  'AttackSequence:IAM/CompromisedCredentials',
  'Execution:Runtime/NewBinaryExecuted',
  'Unheard:Of/Type',
]

export const time = fc.oneof(
  fc.integer({ min: 1_600_000_000_000, max: 1_900_000_000_000 }).map((ms) => new Date(ms).toISOString()),
  fc.integer({ min: 1_600_000_000, max: 1_900_000_000 }),
  fc.constantFrom('2026-11-24T08:00:00Z', '2026-11-24 08:00:00', '2026-11-24T08:00:00.123456+05:30', '2026-11-24'),
)

export const address = fc.constantFrom('198.51.100.23', '2001:db8::1', '')

/** A finding in another form than GuardDuty’s, and the id that it is accepted under. */
export interface OtherForm {
  readonly id: string
  readonly value: Record<string, unknown>
}

const account = fc.constantFrom('111122223333', '777788889999')
const region = fc.constantFrom('eu-central-1', 'us-gov-west-1')
const absent = fc.constantFrom(null, [], {})

/** A list as exporters write it: plain, wrapped, alone, or not there. */
const listOf = (one: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof(
    fc.array(one, { maxLength: 3 }),
    one.map((single) => ({ item: [single] })),
    one,
    absent,
  )

const asffResource = fc.record(
  {
    Type: fc.constantFrom('AwsIamAccessKey', 'AwsEc2Instance', 'AwsS3Bucket', 'AwsLambdaFunction', 'Other', null),
    Id: fc.constantFrom(
      'AWS::IAM::AccessKey:AKIAIOSFODNN7EXAMPLE',
      'arn:aws:ec2:eu-central-1:111122223333:instance/i-0123456789abcdef0',
      'arn:aws:s3:::a-bucket',
      'arn:aws:lambda:eu-central-1:111122223333:function:a-function:1',
      'something',
    ),
    Details: fc.constantFrom(null, {
      AwsIamAccessKey: {
        AccessKeyId: 'AKIAIOSFODNN7EXAMPLE',
        PrincipalId: 'AIDACKCEVSQ6C2EXAMPLE',
        PrincipalName: 'deploy-bot',
        PrincipalType: 'IAMUser',
      },
    }),
  },
  { requiredKeys: [] },
)

const asff = fc
  .record({ uuid: fc.uuid(), account, region, product: fc.constantFrom('aws/guardduty', 'acme/falcon', 'aws/macie') })
  .chain(({ uuid, account: owner, region: home, product }) => {
    const isGuardDuty = product === 'aws/guardduty'
    const fixed = {
      SchemaVersion: '2018-10-08',
      Id: isGuardDuty ? `arn:aws:guardduty:${home}:${owner}:detector/d/finding/${uuid}` : uuid,
      ProductArn: `arn:aws:securityhub:${home}::product/${product}`,
      AwsAccountId: owner,
    }
    return fc
      .record(
        {
          Types: fc.constantFrom<unknown>(
            ['TTPs/Initial Access/UnauthorizedAccess:EC2-SSHBruteForce'],
            'Effects/Data Exposure',
          ),
          Severity: fc
            .constantFrom<unknown>({ Product: 8, Label: 'HIGH' }, { Normalized: 40 }, { Label: 'LOW' })
            .map((one) => (isGuardDuty ? { Product: 8, Label: 'HIGH' } : one)),
          UpdatedAt: time,
          CreatedAt: time,
          Title: fc.string({ unit: 'grapheme' }),
          Resources: listOf(asffResource),
          ProductFields: fc.constantFrom(null, { 'aws/guardduty/service/count': '7' }),
        },
        { requiredKeys: ['Types', 'Severity', 'UpdatedAt'] },
      )
      .map((rest): OtherForm => ({ id: uuid, value: { ...fixed, ...rest } }))
  })

const ocsf = fc
  .record(
    {
      class_uid: fc.constantFrom<unknown>(2001, 2004, '2004'),
      severity_id: fc.integer({ min: 1, max: 6 }),
      time: fc.integer({ min: 1_600_000_000_000, max: 1_900_000_000_000 }),
      cloud: fc.constantFrom<unknown>(
        { account: { uid: '111122223333' }, region: 'eu-central-1' },
        {
          account: { uid: 'subscription-1' },
        },
      ),
      metadata: fc.constantFrom<unknown>({ product: { name: 'Falcon', vendor_name: 'Acme' } }, { product: null }, null),
      resources: listOf(
        fc.constantFrom(
          { type: 'AWS::IAM::AccessKey', uid: 'AKIAIOSFODNN7EXAMPLE' },
          { type: 'AWS::EC2::Instance', uid: 'i-0123456789abcdef0' },
          { type: null, uid: null },
        ),
      ),
      evidences: listOf(fc.record({ src_endpoint: fc.record({ ip: address }) })),
      uid: fc.uuid(),
    },
    { requiredKeys: ['class_uid', 'severity_id', 'time', 'cloud', 'uid'] },
  )
  .map(
    ({ uid, ...rest }): OtherForm => ({
      id: uid,
      value: { ...rest, finding_info: { uid, title: 'A title', types: ['Malware'] } },
    }),
  )

const macie = fc
  .record(
    {
      id: fc.uuid(),
      accountId: account,
      region,
      type: fc.constantFrom('SensitiveData:S3Object/Personal', 'Policy:IAMUser/S3BucketPublic'),
      severity: fc.constantFrom({ score: 3, description: 'High' }, { score: 1, description: 'Low' }),
      updatedAt: time,
      count: fc.nat(),
      resourcesAffected: fc.constantFrom<unknown>({ s3Bucket: { name: 'a-bucket' } }, { s3Bucket: null }, {}),
      policyDetails: absent,
    },
    { requiredKeys: ['id', 'accountId', 'region', 'type', 'severity', 'updatedAt', 'resourcesAffected'] },
  )
  .map((value): OtherForm => ({ id: value.id, value }))

const inspector = fc
  .record({
    uuid: fc.uuid(),
    type: fc.constantFrom('PACKAGE_VULNERABILITY', 'NETWORK_REACHABILITY'),
    lastObservedAt: time,
  })
  .chain(({ uuid, ...said }) =>
    fc
      .record(
        {
          severity: fc.constantFrom('CRITICAL', 'MEDIUM', 'UNTRIAGED'),
          inspectorScore: fc.double({ min: 0, max: 10, noNaN: true }),
          resources: listOf(fc.constant({ type: 'AWS_EC2_INSTANCE', id: 'i-0123456789abcdef0' })),
        },
        { requiredKeys: ['severity'] },
      )
      .map((rest): OtherForm => {
        const findingArn = `arn:aws:inspector2:eu-central-1:111122223333:finding/${uuid}`
        return { id: findingArn, value: { findingArn, awsAccountId: '111122223333', ...said, ...rest } }
      }),
  )

const accessAnalyzer = fc
  .record(
    {
      id: fc.uuid(),
      accountId: account,
      region,
      resourceType: fc.constantFrom('AWS::S3::Bucket', 'AWS::IAM::Role', 'AWS::Future::Thing'),
      resource: fc.constantFrom('arn:aws:s3:::a-bucket', 'arn:aws:iam::111122223333:role/path/a-role'),
      analyzedAt: time,
      isPublic: fc.constantFrom(true, false, null),
      status: fc.constantFrom('ACTIVE', 'RESOLVED', null),
    },
    { requiredKeys: ['id', 'accountId', 'resourceType', 'resource', 'analyzedAt'] },
  )
  .map((value): OtherForm => ({ id: value.id, value }))

const cloudTrail = fc
  .record(
    {
      eventID: fc.uuid(),
      eventName: fc.constantFrom('CreateUser', 'ConsoleLogin'),
      eventSource: fc.constantFrom('iam.amazonaws.com', 'signin.amazonaws.com'),
      eventTime: time,
      awsRegion: region,
      recipientAccountId: account,
      userIdentity: fc.constantFrom<unknown>(
        { type: 'IAMUser', principalId: 'AIDACKCEVSQ6C2EXAMPLE', accessKeyId: 'AKIAIOSFODNN7EXAMPLE', userName: 'u' },
        { type: 'AWSService', invokedBy: 'ec2.amazonaws.com' },
        null,
      ),
      sourceIPAddress: address,
      resources: listOf(fc.constant({ type: 'AWS::IAM::User', ARN: 'arn:aws:iam::111122223333:user/u' })),
    },
    { requiredKeys: ['eventID', 'eventName', 'eventSource', 'eventTime', 'awsRegion', 'recipientAccountId'] },
  )
  .map((value): OtherForm => ({ id: value.eventID, value }))

/** A finding by the grammar of each other form, with nothing wrong in it but what its producers do write. */
export const otherForm: fc.Arbitrary<OtherForm> = fc.oneof(asff, ocsf, macie, inspector, accessAnalyzer, cloudTrail)
