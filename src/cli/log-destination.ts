import type { DestinationStream } from 'pino';

/** The form of log lines: JSON for machines, or coloured text for people. */
export type LogStyle = 'json' | 'pretty';

/** Returns a destination for pino that writes log lines in a style to a stream. */
export async function logDestination(
  style: LogStyle,
  stream: NodeJS.WriteStream,
): Promise<DestinationStream> {
  if (style === 'json') return stream;
  const { build } = await import('pino-pretty');
  return build({
    colorize: stream.isTTY,
    ignore: 'pid,hostname',
    singleLine: true,
    translateTime: 'HH:MM:ss',
    destination: stream,
  });
}
