import { NativeConnection } from '@temporalio/worker'
import type { TemporalAddress } from '#config'

/** A worker’s connection. Uncompressed: messages are small and the server is near; packing them took a tenth of the CPU. */
export const connectWorker = ({ address }: TemporalAddress): Promise<NativeConnection> =>
  NativeConnection.connect({ address, grpcCompression: { codec: 'none' } })
