/** A mistake in how the host is set up. Its message is for whoever set it up: the caller sees it, so it holds no value of a request. */
export class HostFault extends Error {
  override name = 'HostFault';
}
