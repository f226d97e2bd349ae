import { expect, test } from 'vitest';
import { createDoors, judgeDoors, noteAudited, noteDelivered } from '../../../scripts/soak/doors.ts';
import type { Answered } from '../../../scripts/soak/planned-request.ts';
import { answer, createRun, planned, templateToken, useFakeClock } from './fixtures.ts';

useFakeClock();

const exchanged: Answered = { ...answer({}, 0), planned: { ...planned(), door: 'exchange' } };
const tokens = new Map([['t0', templateToken(0)]]);
const audited = { door: 'exchange', sessionId: 'sess_1', jti: 'jti_0' } as const;

/** Judges a run in which the same token was returned twice. @returns the violations */
function judge(events: readonly Parameters<typeof noteAudited>[1][], unanswered = 0): string {
  const { violations } = createRun();
  const doors = createDoors();
  noteDelivered(doors, exchanged, tokens);
  noteDelivered(doors, exchanged, tokens);
  // GraphQL needs no record.
  noteDelivered(doors, answer({}, 0), tokens);
  for (const event of events) noteAudited(doors, event);
  doors.unanswered = unanswered;
  judgeDoors(doors, violations);
  return violations.describe().join('\n');
}

test('each token of a door needs its own audit event, with this door and session', () => {
  expect(judge([audited, audited])).toBe('');
  expect(judge([audited])).toMatch(/a token without an audit event of its door, once/);
  expect(judge([audited, { ...audited, door: 'coprocessor' }], 1)).toMatch(/a token without an audit event/);
  expect(judge([audited, { ...audited, sessionId: 'sess_2' }], 1)).toMatch(/a token without an audit event/);
});

test('more audit events than answers need clients that disconnected', () => {
  const events = [audited, audited, { ...audited, jti: 'jti_1' }];
  expect(judge(events, 1)).toBe('');
  expect(judge(events)).toMatch(/audit events of a door without an answer, once/);
});
