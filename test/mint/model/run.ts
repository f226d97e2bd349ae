import { vi } from 'vitest';
import type { Caller } from '../../../src/auth/caller.ts';
import { createRevocations } from '../../../src/revocation/revocations.ts';
import { startEngine } from '../../support/engine.ts';
import { createClerk, currentRequest, healthy } from './clerk.ts';
import type { Command, Setup } from './commands.ts';
import { createHistory, isRefused, type RecordedRequest } from './history.ts';
import { createRulesOfRefusals } from './rules-of-refusals.ts';
import { createRulesOfTokens, maxStaleAge } from './rules-of-tokens.ts';
import { createWorld, keyOf, organizationIds, type Session, type TemplateName, templates } from './world.ts';

type RequestCommand = Extract<Command, { do: 'request' }>;
type RevokeCommand = Extract<Command, { do: 'revoke' }>;

const deadline = 3_000;
const slack = 20;
/** How long to wait until tokens are expected again, in milliseconds: then the budget is full. */
const recoveryMs = 11_000;

/** Runs commands against an engine, and records the rules that were broken. */
export function createRun({ jitter, mintBudget, fingerprintIgnore }: Setup) {
  const history = createHistory();
  const world = createWorld();
  const isTight = mintBudget < 100;
  const clerk = createClerk(history, world, mintBudget);
  const engine = startEngine({ templates, jitter, mintBudget, fingerprintIgnore, maxStaleAge });
  engine.clerk.answer = clerk.answer;
  const checkToken = createRulesOfTokens({ history, ...clerk.rules, isTight });
  const checkRefusal = createRulesOfRefusals(history);
  const { keyRing } = engine;
  const keepFor = () => 610_000;
  const options = { keyRing, keepFor, now: Date.now, monotonicNow: () => performance.now() };
  const elsewhere = createRevocations(options);
  const sessionOf = (index: number) => world.sessions[index] as Session;

  async function sendRequest(
    caller: Caller,
    template: TemplateName,
    fresh: boolean,
  ): Promise<string | undefined> {
    const request: RecordedRequest = {
      sequence: history.next(),
      at: performance.now(),
      clock: Date.now(),
      answered: false,
      key: keyOf(caller, template, fingerprintIgnore),
      ...{ caller, template, fresh },
    };
    history.requests.push(request);
    // The gateway checks revocations first.
    const isAccepted = !engine.revocations.rejects(caller);
    if (isAccepted && isRefused(history, caller)) history.break('a revoked caller is refused', request);
    if (!isAccepted) {
      request.answered = true;
      return undefined;
    }
    try {
      const token = await currentRequest.run(request, () =>
        engine.ask(caller, { template, mode: fresh ? 'force' : 'cached' }),
      );
      checkToken(request, token);
      return token.jwt;
    } catch (error) {
      checkRefusal(request, error);
      return undefined;
    } finally {
      request.answered = true;
      checkTime(request);
    }
  }

  function checkTime(request: RecordedRequest): void {
    const took = performance.now() - request.at;
    if (took > deadline + slack) history.break('a request is answered by its deadline', { request, took });
  }

  function sendRequests({ session, template, fresh, with: which, times }: RequestCommand): void {
    const caller = world.callerOf(sessionOf(session), which);
    if (!caller) return;
    for (let time = 0; time < times; time += 1) {
      // Of several requests at once the second is not forced, so that both kinds interact.
      void sendRequest(caller, template, fresh && time !== 1);
    }
  }

  function revoke({ effect: wanted, subject, session, at, learned }: RevokeCommand): void {
    const { id: sessionId, organizationId } = sessionOf(session);
    const ids = { session: sessionId, user: sessionId.replace(/^sess_/, 'user_').replace(/-\d+$/, '') };
    const id = subject === 'organization' ? organizationId : ids[subject];
    if (id === null) return;
    const effect = subject === 'organization' ? 'drop' : wanted;
    if (effect === 'refuse' && subject === 'session') sessionOf(session).hasEnded = true;
    const revocation = { effect, subject, id, at: world.clerkSeconds() + at } as const;
    const clock = Date.now();
    const effectiveAt = Math.min(revocation.at, clock / 1000 + 5);
    const isKnown = history.revocations.some(
      (one) => one.effect === effect && one.subject === subject && one.id === id && one.at >= revocation.at,
    );
    const reported = { ...revocation, target: subject };
    if (learned === 'here') engine.revoke(reported);
    else for (const text of elsewhere.learn([reported])) engine.revocations.learnText(text);
    // A known revocation from another instance drops no tokens.
    if (isKnown && learned !== 'here') return;
    const learnedAt = performance.now();
    history.revocations.push({ ...revocation, at: effectiveAt, sequence: history.next(), clock, learnedAt });
  }

  function setClock(milliseconds: number): void {
    const shift = milliseconds - world.clockOffsetMs;
    if (shift === 0) return;
    clerk.rules.markTimeouts();
    world.clockOffsetMs = milliseconds;
    vi.setSystemTime(Date.now() + shift);
    history.jumps.push(history.next());
  }

  async function wait(milliseconds: number): Promise<void> {
    await vi.advanceTimersByTimeAsync(milliseconds);
    for (const request of history.requests) if (!request.answered) checkTime(request);
  }

  async function play(command: Command): Promise<void> {
    if (command.do === 'request') sendRequests(command);
    if (command.do === 'wait') return wait(command.milliseconds);
    if (command.do === 'set the clock') setClock(command.offset);
    if (command.do === 'change Clerk') clerk.setBehaviour(command);
    if (command.do === 'revoke') revoke(command);
    if (command.do === 'end') sessionOf(command.session).hasEnded = true;
    if (command.do === 'refresh') world.refresh(sessionOf(command.session));
    if (command.do === 'switch') {
      const { session, organization, isAdmin } = command;
      Object.assign(sessionOf(session), { organizationId: organizationIds[organization] ?? null, isAdmin });
    }
    await wait(0);
  }

  return {
    broken: history.broken,
    calls: history.calls,
    requests: history.requests,
    play,
    /** Checks that once Clerk works and the clock is right, every caller gets tokens, the second time from the cache. */
    async recover(): Promise<void> {
      clerk.setBehaviour(healthy);
      setClock(0);
      do await wait(recoveryMs);
      while (performance.now() < clerk.rules.recoveredAt() + recoveryMs);
      for (const session of world.sessions) {
        if (session.hasEnded) continue;
        world.refresh(session);
        const caller = world.callerOf(session, 'now');
        if (!caller || isRefused(history, caller)) continue;
        for (const template of Object.keys(templates) as TemplateName[]) {
          await expectToken(caller, template);
          if (isTight) await wait(recoveryMs);
        }
        await wait(recoveryMs);
      }
    },
  };

  async function expectToken(caller: Caller, template: TemplateName): Promise<void> {
    if (template === 'admins' && (caller.claims.o as { rol?: string } | undefined)?.rol !== 'admin') return;
    const requestToken = async () => {
      const token = sendRequest(caller, template, false);
      const request = history.requests.at(-1);
      await wait(10);
      if (!request?.answered) await wait(deadline);
      return request?.answered ? token : undefined;
    };
    const first = await requestToken();
    if (first === undefined)
      return history.break('while Clerk works, every caller gets a token', { caller, template });
    // A revocation up to a moment in the future prevents caching.
    const isHeld = !history.revocations.some(({ at }) => at >= world.clerkSeconds() - 60);
    if (template === 'uncached' || !isHeld) return;
    // The token may be due for renewal just now: then the next one is held.
    for (let time = 0; time < 3; time += 1) {
      const calls = history.calls.length;
      const [one, other] = [await requestToken(), await requestToken()];
      if (one === other && history.calls.length === calls) return;
    }
    history.break('a held token is served again', { caller, template });
  }
}
