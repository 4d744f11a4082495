import type { LogPlace, LogTable } from './log-place.ts'
import { type LogQuery, type LogWindow, listLiteral, literal, partitions, secondText, tableName } from './log-query.ts'
import { SOMEBODYS, type TrailAsked } from './trail-query.ts'

export const MOST_OBJECT_ROWS = 200

/** Source: Amazon S3, CloudTrail data events for objects. */
const DATA_EVENTS = [
  'GetObject',
  'HeadObject',
  'ListObjects',
  'ListObjectVersions',
  'PutObject',
  'CopyObject',
  'CompleteMultipartUpload',
  'DeleteObject',
  'DeleteObjects',
  'RestoreObject',
  'SelectObjectContent',
  'PutObjectAcl',
]

const BUCKET = "json_extract_scalar(requestparameters, '$.bucketName')"

/**
 * What principals did to objects, added up by bucket and address, the most frequent first, with one more row than is shown. The table is that of the trail.
 * Source: Athena, Query AWS CloudTrail logs; bytesTransferredOut is in additionalEventData.
 */
export function objectQuery(
  { place, table }: { readonly place: LogPlace; readonly table: LogTable },
  { principals, sessions }: TrailAsked,
  window: LogWindow,
): LogQuery {
  const within = partitions(table, window)
  return {
    text: [
      `SELECT eventname, ${BUCKET} AS bucket, sourceipaddress, errorcode, count(*) AS calls,`,
      "sum(CAST(json_extract_scalar(additionaleventdata, '$.bytesTransferredOut') AS double)) AS bytes,",
      'min(eventtime) AS first, max(eventtime) AS last',
      `FROM ${tableName(place, table)}`,
      `WHERE ${within.text} AND eventtime BETWEEN ? AND ?`,
      "AND eventsource = 's3.amazonaws.com' AND contains(split(?, '|'), eventname)",
      SOMEBODYS,
      "AND (contains(split(?, '|'), split_part(useridentity.principalid, ':', 1)) OR contains(split(?, '|'), useridentity.principalid))",
      `GROUP BY eventname, ${BUCKET}, sourceipaddress, errorcode`,
      `ORDER BY count(*) DESC LIMIT ${MOST_OBJECT_ROWS + 1}`,
    ].join('\n'),
    parameters: [
      ...within.parameters,
      literal(secondText(window.from)),
      literal(secondText(window.to)),
      listLiteral(DATA_EVENTS),
      listLiteral(principals),
      listLiteral(sessions),
    ],
  }
}
