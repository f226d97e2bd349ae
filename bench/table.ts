/** Rows of figures. */
export interface Grid {
  /** A line above it, where a scenario has several. */
  caption?: string;
  columns: readonly string[];
  rows: readonly (readonly (string | number | null)[])[];
}

/** One part of the report. */
export interface Table {
  /** The letter of the scenario, such as `a`. */
  id: string;
  title: string;
  /** Sentences below the title. */
  notes: readonly string[];
  grids: readonly Grid[];
}

/** Formats a part of the report as Markdown. */
export function markdown({ id, title, notes, grids }: Table): string {
  return [
    `### (${id}) ${title}`,
    ...(notes.length > 0 ? [notes.join(' ')] : []),
    ...grids.map(gridText),
  ].join('\n\n');
}

function gridText({ caption, columns, rows }: Grid): string {
  const line = (cells: readonly (string | number | null)[]) =>
    `| ${cells.map((cell) => cell ?? 'never').join(' | ')} |`;
  const lines = [line(columns), `|${columns.map(() => '---|').join('')}`, ...rows.map(line)];
  return [...(caption === undefined ? [] : [caption, '']), ...lines].join('\n');
}

/**
 * Replaces the parts of the same letters in a README, and keeps the others.
 *
 * @throws Error when a part that stays comes from another machine or from a run of another length
 */
export function withResults(readme: string, tables: readonly Table[], machine: string): string {
  const [before = '', earlier = '', after = ''] = readme.split(/<!-- \/?results -->/);
  const sections = new Map(
    earlier
      .split(/^(?=### )/m)
      .slice(1)
      .map((section) => [section.slice(0, '### (a)'.length), section.replace(/^On .*\n/m, '').trim()]),
  );
  const measured = new Map(tables.map((table) => [`### (${table.id})`, markdown(table)]));
  const stays = [...sections.keys()].some((id) => !measured.has(id));
  if (stays && !earlier.includes(machine))
    throw new Error(
      `expected the other tables to come from the same machine: ${machine} Measure all of them.`,
    );
  const all = new Map([...sections, ...measured]);
  const text = [...all.keys()].sort().map((id) => all.get(id));
  return `${before}<!-- results -->\n\n${[...text, machine].join('\n\n')}\n\n<!-- /results -->${after}`;
}

/** Returns the middle value, or the mean of the two in the middle; NaN without values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const half = sorted.length / 2;
  const low = sorted[Math.ceil(half) - 1] ?? Number.NaN;
  return (low + (sorted[Math.floor(half)] ?? Number.NaN)) / 2;
}

/** Formats a number with three significant digits. */
export function rounded(value: number): number {
  if (!Number.isFinite(value)) return value;
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1)));
  return Number(value.toFixed(Math.min(digits, 3)));
}
