import type { DBInstance, DBInstanceMessage, DescribeDBInstancesMessage } from '@aws-sdk/client-rds'
import type { Database } from '#simulator/state/tables'
import { notImplemented } from '#simulator/wire/fault'
import { fault } from './absent.ts'
import { pageOf } from './pages.ts'
import { reading, type Service } from './service.ts'
import { tagList } from './tags.ts'

const PAGE_SIZE = 100
const STORAGE_GIB = 100
const PORT = 5432

export const rds: Service = {
  signingName: 'rds',
  protocol: 'awsQuery',
  xmlNamespace: 'http://rds.amazonaws.com/doc/2014-10-31/',
  eventSource: 'rds.amazonaws.com',
  scope: 'regional',
  load: () => import('@aws-sdk/client-rds'),
  operations: {
    DescribeDBInstances: reading<DescribeDBInstancesMessage, DBInstanceMessage>({
      run(input, call) {
        if (input.Filters && input.Filters.length > 0) throw notImplemented('filters of database instances')
        const { DBInstanceIdentifier: id } = input
        const all = call.state.list('database', `${call.account}/${call.region}/`)
        const found = id === undefined ? all : all.filter((database) => database.id === id || database.arn === id)
        if (id !== undefined && found.length === 0)
          throw fault('DBInstanceNotFound', `DBInstance ${id} not found.`, 404)
        const page = pageOf(found, { marker: input.Marker, size: input.MaxRecords ?? PAGE_SIZE })
        return { DBInstances: page.items.map((database) => databaseShape(database, call.region)), Marker: page.next }
      },
    }),
  },
}

const databaseShape = (database: Database, region: string): DBInstance => ({
  DBInstanceIdentifier: database.id,
  DBInstanceArn: database.arn,
  DbiResourceId: database.resourceId,
  DBInstanceClass: 'db.t4g.small',
  DBInstanceStatus: 'available',
  Engine: database.engine,
  EngineVersion: database.engineVersion,
  MasterUsername: 'postgres',
  Endpoint: { Address: `${database.id}.example.${region}.rds.amazonaws.com`, Port: PORT },
  AllocatedStorage: STORAGE_GIB,
  InstanceCreateTime: new Date(database.createdAt),
  VpcSecurityGroups: database.securityGroups.map((id) => ({ VpcSecurityGroupId: id, Status: 'active' })),
  AvailabilityZone: `${region}a`,
  MultiAZ: false,
  PubliclyAccessible: false,
  StorageEncrypted: true,
  DeletionProtection: false,
  TagList: tagList(database.tags),
})
