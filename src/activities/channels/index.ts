import type { ChannelSettings } from '#domain/channel-settings'
import { type OutsideChannel, outsideChannels } from '#domain/channels'
import type { Send } from './channel.ts'
import { mailChannel } from './mail.ts'
import { webhookChannel } from './webhook.ts'

/** How each channel is made of its settings: one line for each. */
const makers: { readonly [Name in OutsideChannel]: (settings: Required<ChannelSettings>[Name]) => Send } = {
  webhook: webhookChannel,
  mail: mailChannel,
}

export type Channels = Partial<Readonly<Record<OutsideChannel, Send>>>

/** The channels that have settings. */
export function openChannels(settings: ChannelSettings): Channels {
  const open = <Name extends OutsideChannel>(name: Name): Channels => {
    const own = settings[name]
    return own === undefined ? {} : { [name]: makers[name](own as Required<ChannelSettings>[Name]) }
  }
  return Object.assign({}, ...outsideChannels.map(open)) as Channels
}
