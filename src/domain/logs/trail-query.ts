import { sessionsId } from '#domain/catalogue/deny-instance-sessions'
import type { Principal } from '#domain/targets'
import type { LogPlace, LogTable } from './log-place.ts'
import { type LogQuery, type LogWindow, listLiteral, literal, partitions, secondText, tableName } from './log-query.ts'

/** Temporal carries the answer; a busy principal’s calls would not fit. */
export const MOST_TRAIL_ROWS = 1_000

/** Whose calls: by ids of principals as CloudTrail writes them. */
export interface TrailAsked {
  /** `AIDA…` of users and `AROA…` of roles: all that these did, in any session. */
  readonly principals: readonly string[]
  /** `AROA…:name`: what one session did. */
  readonly sessions: readonly string[]
}

/** How the trail names the principal. */
export function trailAskedOf(principal: Principal): TrailAsked {
  if (principal.kind === 'instance-sessions') return { principals: [], sessions: [sessionsId(principal)] }
  return { principals: [principal.kind === 'iam-user' ? principal.userId : principal.roleId], sessions: [] }
}

/** A call of nobody has an empty principal, and so has a list of none. Source: CloudTrail, userIdentity of anonymous requests. */
export const SOMEBODYS = "AND useridentity.principalid <> ''"

/** What names the thing that a call is about, the first that is there. */
const ABOUT = [
  'userName',
  'roleName',
  'roleArn',
  'policyArn',
  'bucketName',
  'functionName',
  'secretId',
  'groupId',
  'instanceId',
  'name',
]

const REQUESTED = (name: string): string => `json_extract_scalar(requestparameters, '$.${name}')`

/**
 * The calls of principals, newest first, with one more row than is shown. Columns are those of the table that AWS documents.
 * Source: Athena, Query AWS CloudTrail logs; eventtime is text in ISO 8601.
 */
export function trailQuery(
  { place, table }: { readonly place: LogPlace; readonly table: LogTable },
  { principals, sessions }: TrailAsked,
  window: LogWindow,
): LogQuery {
  const within = partitions(table, window)
  return {
    text: [
      'SELECT eventid, eventtime, eventsource, eventname, awsregion, useridentity.principalid AS principalid,',
      'useridentity.accesskeyid AS accesskeyid, sourceipaddress, errorcode, readonly, recipientaccountid,',
      `coalesce(${ABOUT.map(REQUESTED).join(', ')}) AS about, ${REQUESTED('key')} AS objectkey,`,
      `${REQUESTED('roleArn')} AS rolearn, ${REQUESTED('roleSessionName')} AS sessionname,`,
      "json_extract_scalar(responseelements, '$.assumedRoleUser.assumedRoleId') AS assumedid",
      `FROM ${tableName(place, table)}`,
      `WHERE ${within.text} AND eventtime BETWEEN ? AND ?`,
      SOMEBODYS,
      "AND (contains(split(?, '|'), split_part(useridentity.principalid, ':', 1)) OR contains(split(?, '|'), useridentity.principalid))",
      `ORDER BY eventtime DESC LIMIT ${MOST_TRAIL_ROWS + 1}`,
    ].join('\n'),
    parameters: [
      ...within.parameters,
      literal(secondText(window.from)),
      literal(secondText(window.to)),
      listLiteral(principals),
      listLiteral(sessions),
    ],
  }
}
