/** The longest line of a text for a terminal, in columns. */
const maxColumns = 100;

/** Breaks a text into lines that fit a terminal. @param indent - the indentation of each line, in columns */
export function wrap(text: string, indent: number): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    const longer = line === '' ? word : `${line} ${word}`;
    if (indent + longer.length > maxColumns && line !== '') lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines.map((line) => ' '.repeat(indent) + line).join('\n');
}

/** Formats names and their descriptions in two columns. */
export function columns(rows: readonly (readonly [name: string, description: string])[]): string {
  const indent = Math.max(...rows.map(([name]) => name.length)) + 4;
  return rows
    .map(([name, description]) => `  ${name}`.padEnd(indent) + wrap(description, indent).trimStart())
    .join('\n');
}
