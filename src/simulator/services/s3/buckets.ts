import type { CreateBucketOutput, CreateBucketRequest, ListBucketsOutput, ListBucketsRequest } from '@aws-sdk/client-s3'
import { fault } from '#simulator/services/absent'
import { pageOf } from '#simulator/services/pages'
import type { Call } from '#simulator/services/service'
import type { Bucket } from '#simulator/state/tables'
import { AwsFault } from '#simulator/wire/fault'

const PAGE_SIZE = 1000
const NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/

export interface InBucket {
  readonly Bucket?: string | undefined
}

export const bucketArn = (name: string | undefined): string => `arn:aws:s3:::${name}`
export const byBucket = ({ Bucket: name }: InBucket): readonly string[] => [bucketArn(name)]
export const putBucket = (call: Call, bucket: Bucket): void => call.state.put('bucket', bucket.name, bucket)

/** The bucket, when it is of the caller's account: bucket policies that share one are not simulated. */
export function requireBucket(call: Call, name = ''): Bucket {
  const bucket = call.state.get('bucket', name)
  if (!bucket)
    throw new AwsFault('NoSuchBucket', 'The specified bucket does not exist', {
      status: 404,
      members: { BucketName: name },
    })
  if (bucket.account !== call.account) throw fault('AccessDenied', 'Access Denied', 403)
  return bucket
}

export function listBuckets(input: ListBucketsRequest, call: Call): ListBucketsOutput {
  const own = call.state.list('bucket', input.Prefix ?? '').filter(({ account }) => account === call.account)
  const page = pageOf(own, { marker: input.ContinuationToken, size: input.MaxBuckets ?? PAGE_SIZE })
  return {
    Owner: { ID: call.account },
    Buckets: page.items.map(({ name, createdAt, region }) => ({
      Name: name,
      CreationDate: new Date(createdAt),
      BucketRegion: region,
    })),
    ContinuationToken: page.next,
  }
}

export function createBucket(input: CreateBucketRequest, call: Call): CreateBucketOutput {
  const { Bucket: name = '' } = input
  if (!NAME.test(name)) throw fault('InvalidBucketName', 'The specified bucket is not valid.')
  const region = input.CreateBucketConfiguration?.LocationConstraint ?? 'us-east-1'
  if (region !== call.region) {
    throw fault(
      'IllegalLocationConstraintException',
      `The ${region} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    )
  }
  const existing = call.state.get('bucket', name)
  if (existing?.account === call.account)
    throw fault(
      'BucketAlreadyOwnedByYou',
      'Your previous request to create the named bucket succeeded and you already own it.',
      409,
    )
  if (existing) throw fault('BucketAlreadyExists', 'The requested bucket name is not available.', 409)
  putBucket(call, { name, account: call.account, region, createdAt: call.at, versioning: 'off' })
  return { Location: `/${name}` }
}
