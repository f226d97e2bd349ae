/** Most columns of a line of text for a terminal. */
const widest = 100;

/** Breaks a text into lines that fit a terminal, each with an indentation. */
export function wrapped(text: string, indent: number): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    const longer = line === '' ? word : `${line} ${word}`;
    if (indent + longer.length > widest && line !== '') lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines.map((line) => ' '.repeat(indent) + line).join('\n');
}

/** Two columns: names, and what each of them means. */
export function columns(rows: readonly (readonly [name: string, text: string])[]): string {
  const indent = Math.max(...rows.map(([name]) => name.length)) + 4;
  return rows
    .map(([name, text]) => `  ${name}`.padEnd(indent) + wrapped(text, indent).trimStart())
    .join('\n');
}
