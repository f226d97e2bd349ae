import type { Page } from 'playwright-core';

/** A text on a page whose colour is too near to that of its background. */
export interface FaintText {
  text: string;
  color: string;
  background: string;
  ratio: number;
}

/** Returns the visible texts of a page whose contrast is below 4.5:1, by computed style. @see https://www.w3.org/TR/WCAG22/#contrast-minimum */
export function faintTexts(page: Page): Promise<FaintText[]> {
  return page.evaluate(findFaintTexts) as Promise<FaintText[]>;
}

/** Runs in the browser, as text: it must not refer to anything outside itself. */
function findFaintTexts(): FaintText[] {
  // biome-ignore lint/suspicious/noExplicitAny: the compiler knows only the globals of Node.js
  const { document, getComputedStyle, NodeFilter } = globalThis as any;
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });

  /** Red, green, blue (0 to 255) and alpha (0 to 1) of any CSS colour. */
  function channels(color: string): number[] {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  }
  const over = (front: number[], back: number[]) => {
    const alpha = front[3] ?? 1;
    return [0, 1, 2].map((at) => (front[at] ?? 0) * alpha + (back[at] ?? 0) * (1 - alpha));
  };
  const luminance = (color: number[]) => {
    const [red = 0, green = 0, blue = 0] = color.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };

  /** The element and its ancestors, the outermost first. */
  function ancestry(element: unknown): object[] {
    // biome-ignore lint/suspicious/noExplicitAny: an element
    const parent = (element as any).parentElement;
    return parent === null ? [element as object] : [...ancestry(parent), element as object];
  }

  const found: FaintText[] = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    const text = texts.currentNode.textContent.trim();
    const { width, height } = element.getBoundingClientRect();
    // WCAG exempts controls that are disabled.
    if (
      text === '' ||
      element.closest(':disabled') ||
      width <= 1 ||
      height <= 1 ||
      !element.checkVisibility({ opacityProperty: true })
    )
      continue;
    const styles = ancestry(element).map((each) => getComputedStyle(each));
    const background = styles.reduce(
      (back, style) => over(channels(style.backgroundColor), back),
      [255, 255, 255],
    );
    const { color } = getComputedStyle(element);
    const [red = 0, green = 0, blue = 0, alpha = 1] = channels(color);
    const opacity = styles.reduce((product, style) => product * Number(style.opacity), alpha);
    const [lower = 0, higher = 0] = [
      luminance(over([red, green, blue, opacity], background)),
      luminance(background),
    ].sort((one, other) => one - other);
    const ratio = Math.round(((higher + 0.05) / (lower + 0.05)) * 100) / 100;
    if (ratio < 4.5) found.push({ text, color, background: background.map(Math.round).join(), ratio });
  }
  return found;
}
