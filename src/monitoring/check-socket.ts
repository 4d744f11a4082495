import { once } from 'node:events'
import { connect } from 'node:net'

/** Throws unless somebody answers on a local socket. */
export async function checkSocket(path: string): Promise<void> {
  const socket = connect(path)
  try {
    await once(socket, 'connect')
  } finally {
    socket.destroy()
  }
}
