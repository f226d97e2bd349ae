/** One table of the report. */
export interface Table {
  /** Such as `a`. */
  id: string;
  title: string;
  /** What it says that the rows do not, in sentences. */
  notes: readonly string[];
  columns: readonly string[];
  rows: readonly (readonly (string | number | null)[])[];
}

/** A table in Markdown. */
export function markdown({ id, title, notes, columns, rows }: Table): string {
  const line = (cells: readonly (string | number | null)[]) =>
    `| ${cells.map((cell) => cell ?? 'never').join(' | ')} |`;
  return [
    `### (${id}) ${title}`,
    '',
    ...(notes.length > 0 ? [notes.join(' '), ''] : []),
    line(columns),
    `|${columns.map(() => '---|').join('')}`,
    ...rows.map(line),
  ].join('\n');
}

export function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

/** A number with three digits that count. */
export function rounded(value: number): number {
  if (!Number.isFinite(value)) return value;
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1)));
  return Number(value.toFixed(Math.min(digits, 3)));
}
