// Characters that an editor or a terminal does not show, or that change the order of those that it shows. Fixed ranges, because the
// categories of Unicode differ between versions of Node.js.
const unprintable =
  /[\u007f-\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu;

/**
 * Returns a text as the inside of a JSON string, in which line breaks, control characters and invisible characters are escaped, too.
 *
 * @example printableText('say "hi"\u202e') // say \"hi\"\u202e
 */
export function printableText(text: string): string {
  return JSON.stringify(text).slice(1, -1).replace(unprintable, escaped);
}

function escaped(character: string): string {
  const units = character.split('').map((unit) => unit.charCodeAt(0).toString(16).padStart(4, '0'));
  return units.map((unit) => `\\u${unit}`).join('');
}
