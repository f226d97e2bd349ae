import {
  observedInstruments,
  type RecordedInstrument,
  recordedInstruments,
} from '../../src/opentelemetry/instruments.ts';
import { channelMessages } from '../../src/telemetry/channels.ts';
import { markdownTable } from './markdown-table.ts';

/** Returns all instruments as a table, sorted by name. */
export function instrumentsTable(): string {
  const recorded = Object.values<RecordedInstrument>(recordedInstruments);
  const rows = [...recorded, ...observedInstruments]
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .map(({ name, kind, unit, description, attributes }) => [
      ...[`\`${name}\``, kind.replace('observable ', ''), `\`${unit}\``, description],
      attributesText(attributes),
    ]);
  return markdownTable(['name', 'kind', 'unit', 'meaning', 'attributes: values'], rows);
}

function attributesText(attributes: Readonly<Record<string, string>>): string {
  const texts = Object.entries(attributes).map(([name, bound]) => `\`${name}\`: ${bound}`);
  return texts.join('<br>');
}

/** Returns the channels and the fields of their messages as a table. */
export function channelsTable(): string {
  const rows = Object.entries(channelMessages).flatMap(([name, { when, fields }]) => [
    [`\`mintgate:${name}\``, '', when],
    ...Object.entries(fields).map(([field, text]) => ['', `\`${field}\``, text]),
  ]);
  return markdownTable(['channel', 'field', 'when; meaning'], rows);
}
