import type { ShownToken } from './page-client.ts';
import { tokenTimes } from './token-times.ts';

/** Returns an element of the page. */
export function element<Kind extends HTMLElement = HTMLElement>(selector: string): Kind {
  const found = document.querySelector<Kind>(selector);
  if (!found) throw new Error(`The page has no ${selector}.`);
  return found;
}

/** One of the three cards. */
interface Card {
  button: HTMLButtonElement | null;
  token(token: ShownToken, note?: string): void;
  answer(text: string): void;
  error(code: string): void;
  clear(): void;
}

export function card(id: string): Card {
  const shown = element(`#${id} [data-shown]`);
  let countdown: ReturnType<typeof setInterval> | undefined;
  const clear = () => {
    clearInterval(countdown);
    shown.replaceChildren();
  };
  return {
    button: document.querySelector<HTMLButtonElement>(`#${id} [data-do]`),
    clear,
    token({ jwt, expiresIn }, note = '') {
      clear();
      const until = performance.now() + expiresIn * 1000;
      const left = part('p', 'left');
      const meter = document.createElement('meter');
      const { iat, exp } = tokenTimes(jwt);
      meter.max = exp - iat;
      meter.title = 'Remaining life';
      const tick = () => {
        const seconds = Math.max(0, Math.ceil((until - performance.now()) / 1000));
        meter.value = seconds;
        left.textContent = `${seconds > 0 ? `${seconds} s left` : 'Expired'}${note}`;
      };
      tick();
      countdown = setInterval(tick, 250);
      shown.append(left, meter, part('code', 'token', jwt));
    },
    answer(text) {
      clear();
      shown.append(part('p', 'answer', text));
    },
    error(code) {
      shown.querySelector('[data-code]')?.remove();
      shown.append(part('p', 'code', code));
    },
  };
}

function part(tag: 'p' | 'code', name: string, text = ''): HTMLElement {
  const made = document.createElement(tag);
  made.setAttribute(`data-${name}`, '');
  made.textContent = text;
  return made;
}

const mostLines = 8;

/** Adds a line to the list of events. */
export function log(text: string): void {
  const list = element('#log');
  const time = document.createElement('time');
  time.textContent = new Date().toLocaleTimeString('en-GB');
  const line = document.createElement('li');
  line.append(time, text);
  list.prepend(line);
  while (list.children.length > mostLines) list.lastChild?.remove();
}

/** Fills a list of choices. */
export function choices(selector: string, options: [value: string, text: string][], chosen: string | null) {
  const select = element<HTMLSelectElement>(selector);
  for (const [value, text] of options) select.append(new Option(text, value, false, value === chosen));
  return select;
}
