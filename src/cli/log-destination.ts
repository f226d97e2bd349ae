import type { DestinationStream } from 'pino';

/** Where and how the command writes its log: JSON lines for machines, coloured lines for people. */
export type LogStyle = 'json' | 'pretty';

/**
 * @param style - `pretty` for people
 * @param stream - @default standard output
 */
export async function logDestination(
  style: LogStyle,
  stream: NodeJS.WriteStream = process.stdout,
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
