import { createHash } from 'node:crypto'
import type {
  GetObjectOutput,
  GetObjectRequest,
  HeadObjectOutput,
  HeadObjectRequest,
  ListObjectsV2Output,
  ListObjectsV2Request,
  PutObjectOutput,
  PutObjectRequest,
  _Object as S3Object,
} from '@aws-sdk/client-s3'
import { hexId } from '#simulator/identifiers'
import { fault } from '#simulator/services/absent'
import { pageOf } from '#simulator/services/pages'
import type { Call } from '#simulator/services/service'
import type { Bucket, StoredObject } from '#simulator/state/tables'
import { AwsFault, notImplemented } from '#simulator/wire/fault'
import { requireBucket } from './buckets.ts'

const PAGE_SIZE = 1000
/** The version of an object that was put while versioning was off. */
const NO_VERSION = 'null'

export function putObject(input: PutObjectRequest, call: Call): PutObjectOutput {
  const bucket = requireBucket(call, input.Bucket)
  const { Key: key = '' } = input
  const content = Buffer.from((input.Body as Uint8Array | undefined) ?? [])
  if (input.ContentMD5 !== undefined && createHash('md5').update(content).digest('base64') !== input.ContentMD5) {
    throw fault('BadDigest', 'The Content-MD5 you specified did not match what we received.')
  }
  const version = bucket.versioning === 'Enabled' ? hexId(32) : NO_VERSION
  const etag = createHash('md5').update(content).digest('hex')
  const object: StoredObject = {
    key,
    version,
    sequence: 1 + Math.max(0, ...versionsOf(call, bucket).map(({ sequence }) => sequence)),
    modifiedAt: call.at,
    contentType: input.ContentType ?? 'binary/octet-stream',
    etag,
    size: content.length,
    content: content.toString('base64'),
    metadata: { ...input.Metadata },
  }
  call.state.put('object', `${bucket.name}/${key}/${version}`, object)
  return { ETag: `"${etag}"`, ...shownVersion(version) }
}

const shownVersion = (version: string): { VersionId?: string } => (version === NO_VERSION ? {} : { VersionId: version })

const versionsOf = (call: Call, bucket: Bucket): readonly StoredObject[] => call.state.list('object', `${bucket.name}/`)

function requireObject(call: Call, input: GetObjectRequest): StoredObject {
  const bucket = requireBucket(call, input.Bucket)
  if (input.Range !== undefined) throw notImplemented('ranges of objects')
  const versions = versionsOf(call, bucket).filter(({ key }) => key === input.Key)
  const wanted = input.VersionId
  const found = wanted === undefined ? latestOf(versions) : versions.find(({ version }) => version === wanted)
  if (found) return found
  if (wanted !== undefined && versions.length > 0)
    throw fault('NoSuchVersion', 'The specified version does not exist.', 404)
  throw new AwsFault('NoSuchKey', 'The specified key does not exist.', { status: 404, members: { Key: input.Key } })
}

const latestOf = (versions: readonly StoredObject[]): StoredObject | undefined =>
  versions.toSorted((left, right) => right.sequence - left.sequence)[0]

export function headObject(input: HeadObjectRequest, call: Call): HeadObjectOutput {
  const object = requireObject(call, { Bucket: input.Bucket, Key: input.Key, VersionId: input.VersionId })
  return {
    ContentLength: object.size,
    ContentType: object.contentType,
    ETag: `"${object.etag}"`,
    LastModified: new Date(object.modifiedAt),
    Metadata: { ...object.metadata },
    ...shownVersion(object.version),
  }
}

export function getObject(input: GetObjectRequest, call: Call): GetObjectOutput {
  const object = requireObject(call, input)
  const Body = new Uint8Array(Buffer.from(object.content, 'base64'))
  // The SDK's type of a body is a stream; on this side of the wire it is bytes.
  return {
    ...headObject({ Bucket: input.Bucket, Key: input.Key, VersionId: object.version }, call),
    Body: Body as unknown as NonNullable<GetObjectOutput['Body']>,
  }
}

export function listObjects(input: ListObjectsV2Request, call: Call): ListObjectsV2Output {
  const bucket = requireBucket(call, input.Bucket)
  const { Prefix: prefix = '', Delimiter: delimiter, StartAfter: after = '', MaxKeys: size = PAGE_SIZE } = input
  const encode = encoderOf(input)
  const latest = latestByKey(versionsOf(call, bucket)).filter(({ key }) => key.startsWith(prefix) && key > after)
  const page = pageOf(foldersAndObjects(latest, prefix, delimiter), { marker: input.ContinuationToken, size })
  return {
    Name: bucket.name,
    Prefix: encode(prefix),
    StartAfter: input.StartAfter === undefined ? undefined : encode(input.StartAfter),
    Delimiter: delimiter === undefined ? undefined : encode(delimiter),
    EncodingType: input.EncodingType,
    MaxKeys: size,
    KeyCount: page.items.length,
    IsTruncated: page.next !== undefined,
    NextContinuationToken: page.next,
    ContinuationToken: input.ContinuationToken,
    Contents: page.items.flatMap((entry) => (typeof entry === 'string' ? [] : [objectShape(entry, encode)])),
    CommonPrefixes: page.items.flatMap((entry) => (typeof entry === 'string' ? [{ Prefix: encode(entry) }] : [])),
  }
}

function encoderOf({ EncodingType: encoding }: ListObjectsV2Request): (key: string) => string {
  if (encoding === undefined) return (key) => key
  if (encoding === 'url') return (key) => encodeURIComponent(key).replace(/%2F/g, '/')
  throw fault('InvalidArgument', 'Invalid Encoding Method specified in Request')
}

const objectShape = (object: StoredObject, encode: (key: string) => string): S3Object => ({
  Key: encode(object.key),
  LastModified: new Date(object.modifiedAt),
  ETag: `"${object.etag}"`,
  Size: object.size,
  StorageClass: 'STANDARD',
})

/** Objects, and in place of those behind a delimiter the prefix that they have in common, once. */
function foldersAndObjects(
  objects: readonly StoredObject[],
  prefix: string,
  delimiter: string | undefined,
): readonly (string | StoredObject)[] {
  return [...new Set(objects.map((object) => folderOf(object.key, prefix, delimiter) ?? object))]
}

function latestByKey(versions: readonly StoredObject[]): readonly StoredObject[] {
  const byKey = new Map<string, StoredObject>()
  for (const version of versions)
    if (version.sequence > (byKey.get(version.key)?.sequence ?? 0)) byKey.set(version.key, version)
  return [...byKey.values()].toSorted((left, right) => (left.key < right.key ? -1 : 1))
}

/** The common prefix that hides a key from the list, when there is a delimiter after the prefix. */
function folderOf(key: string, prefix: string, delimiter: string | undefined): string | undefined {
  const end = delimiter ? key.indexOf(delimiter, prefix.length) : -1
  return end < 0 || !delimiter ? undefined : key.slice(0, end + delimiter.length)
}
