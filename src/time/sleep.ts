import { unref } from './unref.ts';

/** Resolves after some time. The timer does not keep the process alive. @param milliseconds - how long to wait */
export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    unref(setTimeout(resolve, milliseconds));
  });
}
