import type {
  CreateBucketOutput,
  CreateBucketRequest,
  GetBucketLocationOutput,
  GetBucketLocationRequest,
  GetBucketVersioningOutput,
  GetBucketVersioningRequest,
  GetObjectOutput,
  GetObjectRequest,
  HeadBucketOutput,
  HeadBucketRequest,
  HeadObjectOutput,
  HeadObjectRequest,
  ListBucketsOutput,
  ListBucketsRequest,
  ListObjectsV2Output,
  ListObjectsV2Request,
  PutBucketVersioningRequest,
  PutObjectOutput,
  PutObjectRequest,
} from '@aws-sdk/client-s3'
import { fault } from '#simulator/services/absent'
import { reading, type Service, writing } from '#simulator/services/service'
import { bucketArn, byBucket, createBucket, type InBucket, listBuckets, putBucket, requireBucket } from './buckets.ts'
import { getObject, headObject, listObjects, putObject } from './objects.ts'

interface InObject extends InBucket {
  readonly Key?: string | undefined
}

const byObject = ({ Bucket, Key }: InObject): readonly string[] => [`${bucketArn(Bucket)}/${Key}`]
const touchedBucket = ({ Bucket }: InBucket) => [{ type: 'AWS::S3::Bucket', name: Bucket ?? '' }]

/** Checksums that the SDKs add by themselves; HTTP and MD5 guard these bodies enough. */
const CHECKSUMS = [
  'ChecksumAlgorithm',
  'ChecksumCRC32',
  'ChecksumCRC32C',
  'ChecksumCRC64NVME',
  'ChecksumSHA1',
  'ChecksumSHA256',
  'ChecksumMode',
  'ContentEncoding',
  'ContentLength',
  'ContentMD5',
]

export const s3: Service = {
  signingName: 's3',
  protocol: 'restXml',
  xmlNamespace: 'http://s3.amazonaws.com/doc/2006-03-01/',
  eventSource: 's3.amazonaws.com',
  scope: 'regional',
  load: () => import('@aws-sdk/client-s3'),
  operations: {
    ListBuckets: reading<ListBucketsRequest, ListBucketsOutput>({ actions: ['s3:ListAllMyBuckets'], run: listBuckets }),
    CreateBucket: writing<CreateBucketRequest, CreateBucketOutput>({
      resources: byBucket,
      touched: touchedBucket,
      run: createBucket,
    }),
    HeadBucket: reading<HeadBucketRequest, HeadBucketOutput>({
      actions: ['s3:ListBucket'],
      resources: byBucket,
      touched: touchedBucket,
      run: (input, call) => ({ BucketRegion: requireBucket(call, input.Bucket).region }),
    }),
    GetBucketLocation: reading<GetBucketLocationRequest, GetBucketLocationOutput>({
      resources: byBucket,
      touched: touchedBucket,
      run(input, call) {
        const { region } = requireBucket(call, input.Bucket)
        // A bucket of us-east-1 has no location constraint.
        return region === 'us-east-1'
          ? {}
          : { LocationConstraint: region as NonNullable<GetBucketLocationOutput['LocationConstraint']> }
      },
    }),
    GetBucketVersioning: reading<GetBucketVersioningRequest, GetBucketVersioningOutput>({
      resources: byBucket,
      touched: touchedBucket,
      run(input, call) {
        const { versioning } = requireBucket(call, input.Bucket)
        return versioning === 'off' ? {} : { Status: versioning }
      },
    }),
    PutBucketVersioning: writing<PutBucketVersioningRequest, Record<string, never>>({
      resources: byBucket,
      mayIgnore: CHECKSUMS,
      touched: touchedBucket,
      run(input, call) {
        const bucket = requireBucket(call, input.Bucket)
        const status = input.VersioningConfiguration?.Status
        if (status !== 'Enabled' && status !== 'Suspended')
          throw fault('IllegalVersioningConfigurationException', 'The Versioning element must be specified.')
        putBucket(call, { ...bucket, versioning: status })
        return {}
      },
    }),
    PutObject: writing<PutObjectRequest, PutObjectOutput>({
      resources: byObject,
      event: 'data',
      mayIgnore: CHECKSUMS,
      run: putObject,
    }),
    GetObject: reading<GetObjectRequest, GetObjectOutput>({
      resources: byObject,
      event: 'data',
      mayIgnore: CHECKSUMS,
      run: getObject,
    }),
    HeadObject: reading<HeadObjectRequest, HeadObjectOutput>({
      actions: ['s3:GetObject'],
      resources: byObject,
      event: 'data',
      mayIgnore: CHECKSUMS,
      run: headObject,
    }),
    ListObjectsV2: reading<ListObjectsV2Request, ListObjectsV2Output>({
      actions: ['s3:ListBucket'],
      resources: byBucket,
      event: 'data',
      run: listObjects,
    }),
  },
}
