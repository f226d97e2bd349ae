import { vi } from 'vitest';
import type { Caller } from '../../../src/auth/caller.ts';
import { createRevocations } from '../../../src/revocation/revocations.ts';
import { startEngine } from '../../support/engine.ts';
import { asking, createClerk, fair } from './clerk.ts';
import type { Command, Setup } from './commands.ts';
import { type Asked, createHistory, isRefused } from './history.ts';
import { createRulesOfRefusals } from './rules-of-refusals.ts';
import { createRulesOfTokens, maxStaleAge } from './rules-of-tokens.ts';
import { createWorld, keyOf, organizationIds, type Session, type TemplateName, templates } from './world.ts';

type Ask = Extract<Command, { do: 'ask' }>;
type TakeBack = Extract<Command, { do: 'take back' }>;

const deadline = 3_000;
const slack = 20;
/** How long to wait until tokens are expected again, in milliseconds: then the budget is full. */
const calm = 11_000;

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
  const { name: nameOf, sign } = engine.keyedHash;
  const options = { nameOf, sign, keepFor: 610_000, now: Date.now, monotonicNow: () => performance.now() };
  const elsewhere = createRevocations(options);
  const sessionOf = (index: number) => world.sessions[index] as Session;

  async function askAs(caller: Caller, template: TemplateName, fresh: boolean): Promise<string | undefined> {
    const asked: Asked = {
      order: history.next(),
      at: performance.now(),
      clock: Date.now(),
      answered: false,
      key: keyOf(caller, template, fingerprintIgnore),
      ...{ caller, template, fresh },
    };
    history.asked.push(asked);
    // The gateway checks revocations first.
    const isAccepted = !engine.revocations.rejects(caller);
    if (isAccepted && isRefused(history, caller)) history.break('a revoked caller is refused', asked);
    if (!isAccepted) {
      asked.answered = true;
      return undefined;
    }
    try {
      const token = await asking.run(asked, () =>
        engine.ask(caller, { template, mode: fresh ? 'force' : 'cached' }),
      );
      checkToken(asked, token);
      return token.jwt;
    } catch (error) {
      checkRefusal(asked, error);
      return undefined;
    } finally {
      asked.answered = true;
      checkTime(asked);
    }
  }

  function checkTime(asked: Asked): void {
    const took = performance.now() - asked.at;
    if (took > deadline + slack) history.break('a request is answered by its deadline', { asked, took });
  }

  function ask({ session, template, fresh, with: which, times }: Ask): void {
    const caller = world.callerOf(sessionOf(session), which);
    if (!caller) return;
    for (let time = 0; time < times; time += 1) {
      // Of several requests at once the second is not forced, so that both kinds meet.
      void askAs(caller, template, fresh && time !== 1);
    }
  }

  function takeBack({ effect: wanted, subject, session, at, learned }: TakeBack): void {
    const { id: sessionId, organizationId } = sessionOf(session);
    const ids = { session: sessionId, user: sessionId.replace(/^sess_/, 'user_').replace(/-\d+$/, '') };
    const id = subject === 'organization' ? organizationId : ids[subject];
    if (id === null) return;
    const effect = subject === 'organization' ? 'drop' : wanted;
    if (effect === 'refuse' && subject === 'session') sessionOf(session).hasEnded = true;
    const revocation = { effect, subject, id, at: world.clerkSeconds() + at } as const;
    const clock = Date.now();
    const believed = Math.min(revocation.at, clock / 1000 + 5);
    const isKnown = history.takenBack.some(
      (one) => one.effect === effect && one.subject === subject && one.id === id && one.at >= revocation.at,
    );
    const reported = { ...revocation, target: subject };
    if (learned === 'here') engine.revoke(reported);
    else for (const text of elsewhere.learn([reported])) engine.revocations.learnText(text);
    // A known revocation from another instance drops no tokens.
    if (isKnown && learned !== 'here') return;
    const learnedAt = performance.now();
    history.takenBack.push({ ...revocation, at: believed, order: history.next(), clock, learnedAt });
  }

  function setClock(milliseconds: number): void {
    const shift = milliseconds - world.ahead;
    if (shift === 0) return;
    clerk.rules.giveUp();
    world.ahead = milliseconds;
    vi.setSystemTime(Date.now() + shift);
    history.jumps.push(history.next());
  }

  async function wait(milliseconds: number): Promise<void> {
    await vi.advanceTimersByTimeAsync(milliseconds);
    for (const asked of history.asked) if (!asked.answered) checkTime(asked);
  }

  async function play(command: Command): Promise<void> {
    if (command.do === 'ask') ask(command);
    if (command.do === 'wait') return wait(command.milliseconds);
    if (command.do === 'set the clock') setClock(command.ahead);
    if (command.do === 'weather') clerk.setWeather(command);
    if (command.do === 'take back') takeBack(command);
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
    calls: history.called,
    asked: history.asked,
    play,
    /** Checks that once Clerk works and the clock is right, every caller gets tokens, the second time from the cache. */
    async recover(): Promise<void> {
      clerk.setWeather(fair);
      setClock(0);
      do await wait(calm);
      while (performance.now() < clerk.rules.calmAt() + calm);
      for (const session of world.sessions) {
        if (session.hasEnded) continue;
        world.refresh(session);
        const caller = world.callerOf(session, 'now');
        if (!caller || isRefused(history, caller)) continue;
        for (const template of Object.keys(templates) as TemplateName[]) {
          await expectToken(caller, template);
          if (isTight) await wait(calm);
        }
        await wait(calm);
      }
    },
  };

  async function expectToken(caller: Caller, template: TemplateName): Promise<void> {
    if (template === 'admins' && (caller.claims.o as { rol?: string } | undefined)?.rol !== 'admin') return;
    const ask = async () => {
      const asking = askAs(caller, template, false);
      const asked = history.asked.at(-1);
      await wait(10);
      if (!asked?.answered) await wait(deadline);
      return asked?.answered ? asking : undefined;
    };
    const first = await ask();
    if (first === undefined) return history.break('a healthy Clerk gives tokens', { caller, template });
    // A revocation up to a moment in the future prevents caching.
    const isHeld = !history.takenBack.some(({ at }) => at >= world.clerkSeconds() - 60);
    if (template === 'uncached' || !isHeld) return;
    // The token may be due for renewal just now: then the next one is held.
    for (let time = 0; time < 3; time += 1) {
      const calls = history.called.length;
      const [one, other] = [await ask(), await ask()];
      if (one === other && history.called.length === calls) return;
    }
    history.break('a held token is served again', { caller, template });
  }
}
