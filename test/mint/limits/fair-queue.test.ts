import { expect, test } from 'vitest';
import { createFairQueue } from '../../../src/mint/limits/fair-queue.ts';

/** A queue of items such as `a1`, whose key is the letter. */
function queueOf(...items: string[]) {
  const queue = createFairQueue<string>();
  for (const item of items) queue.add(item.charAt(0), item);
  return queue;
}

function drain(queue: ReturnType<typeof queueOf>): (string | undefined)[] {
  return Array.from({ length: queue.size }, () => queue.next());
}

test('keys take turns, and the items of one key keep their order', () => {
  expect(drain(queueOf('a1', 'a2', 'a3', 'b1', 'c1', 'b2'))).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
});

test('a key that comes back after its last item goes to the end', () => {
  const queue = queueOf('a1', 'b1', 'c1');
  expect(queue.next()).toBe('a1');
  queue.add('a', 'a2');
  expect(drain(queue)).toEqual(['b1', 'c1', 'a2']);
});

test('peek leaves the item in the queue', () => {
  const queue = queueOf('a1');
  expect([queue.peek(), queue.size, queue.next(), queue.peek(), queue.next(), queue.size]).toEqual([
    'a1',
    1,
    'a1',
    undefined,
    undefined,
    0,
  ]);
});

test('removeWhere returns what it removes, and the others keep their turns', () => {
  const queue = queueOf('a1', 'a2', 'b1', 'b2');
  expect(queue.removeWhere((item) => item.endsWith('1'))).toEqual(['a1', 'b1']);
  expect([queue.size, drain(queue)]).toEqual([2, ['a2', 'b2']]);
  expect([queue.removeWhere(() => true), queue.size]).toEqual([[], 0]);
});

test('countBefore counts the items that come before the next item of a key', () => {
  const queue = queueOf('a1', 'a2', 'a3', 'b1');
  // All items of the key itself, and of each other key as many as it has turns before.
  expect([queue.countBefore('a'), queue.countBefore('b'), queue.countBefore('c')]).toEqual([4, 3, 2]);
  expect([queue.itemsOf('a'), queue.itemsOf('c')]).toEqual([['a1', 'a2', 'a3'], []]);
});
