import { channel } from 'node:diagnostics_channel';
import type { Channels } from './channels.ts';

/** The channels of this process in Node.js. */
export const nodeChannels: Channels = {
  request: channel('mintgate:request'),
  authenticate: channel('mintgate:authenticate'),
  mint: channel('mintgate:mint'),
  cache: channel('mintgate:cache'),
  revocation: channel('mintgate:revocation'),
};
