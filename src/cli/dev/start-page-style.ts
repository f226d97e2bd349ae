import { raw } from 'hono/html';

/** The style sheet of the start page, for light and dark mode. Loads nothing. */
export const startPageStyle = raw(`
  :root {
    color-scheme: light dark;
    --page: light-dark(#f6f7f9, #14161b); --card: light-dark(#fff, #1b1e24); --line: light-dark(#dfe3ea, #2c3038);
    --text: light-dark(#1c2430, #dfe3e9); --dim: light-dark(#586373, #9aa4b2); --mint: light-dark(#0b7a5c, #7cc9af);
    --soft: light-dark(#e8edf0, #262b32); --amber: light-dark(#8a5a00, #d9bd83); --red: light-dark(#a3222c, #e0a1a6);
  }
  * { box-sizing: border-box; }
  body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.55 system-ui, sans-serif; }
  main { max-width: 80rem; margin: 0 auto; padding: 2.6rem 1.5rem 5rem; }
  h1 { display: flex; gap: .7rem; align-items: center; margin: 0; font-size: 2.1rem; letter-spacing: -0.02em; }
  h1 svg { width: 2.4rem; height: 2.4rem; }
  h2 { margin: 2.2rem 0 .8rem; font-size: 1.05rem; color: var(--dim); font-weight: 600; }
  h3 { display: flex; gap: .6rem; align-items: center; margin: 1.3rem 0 .6rem; font-size: 1rem; overflow-wrap: anywhere; }
  header p { max-width: 46rem; margin: .6rem 0 0; color: var(--dim); }
  ul { list-style: none; margin: 0; padding: 0; }
  :focus-visible { outline: 2px solid var(--mint); outline-offset: 2px; }
  .sessions { display: grid; gap: .8rem; grid-template-columns: repeat(auto-fill, minmax(min(16rem, 100%), 1fr)); }
  .sessions li { position: relative; background: var(--card); border: 1px solid var(--line); border-radius: .8rem; }
  .sessions li:hover { border-color: var(--dim); }
  .sessions a { display: flex; flex-direction: column; height: 100%; padding: .9rem 1rem; border-radius: .8rem; color: inherit;
    text-decoration: none; overflow-wrap: anywhere; }
  .sessions a:hover .go { text-decoration: underline; }
  .sessions .copy { position: absolute; right: .7rem; top: .8rem; }
  .sessions strong { padding-right: 5.6rem; }
  .avatar { flex: none; width: 2rem; height: 2rem; border-radius: 50%; display: grid; place-items: center; font-size: .8rem;
    font-weight: 650; background: var(--soft); color: var(--dim); }
  .unusual { color: var(--amber); } .ended { color: var(--red); }
  .label { flex: 1; margin-top: .2rem; color: var(--dim); font-size: .9rem; }
  .mints { margin-top: .5rem; font-size: .9rem; }
  .go { margin-top: .8rem; color: var(--mint); font-size: .9rem; font-weight: 600; }
  .copy { padding: .15rem .55rem; font: inherit; font-size: .8rem; color: var(--text); background: var(--soft);
    border: 1px solid var(--line); border-radius: .45rem; cursor: pointer; }
  .copy:hover { border-color: var(--dim); }
  .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  #copied { position: fixed; inset: auto 1rem 1rem; width: fit-content; max-width: 40rem; margin: 0 auto; padding: .5rem 1rem;
    border-radius: .6rem; background: var(--text); color: var(--page); font-size: .9rem; overflow-wrap: anywhere; }
  #copied:empty { padding: 0; }
  .templates { display: flex; flex-wrap: wrap; gap: .6rem; }
  .templates li { padding: .3rem .8rem; background: var(--card); border: 1px solid var(--line); border-radius: .6rem;
    overflow-wrap: anywhere; }
  .templates small { color: var(--dim); }
  .missing { padding: .9rem 1.1rem; border: 1px dashed var(--line); border-radius: .8rem; color: var(--dim); }
  .missing p { margin: 0 0 .7rem; } p.missing { margin: 0; } .missing code { color: var(--text); }
  code { font: .88em ui-monospace, monospace; }
  .snippet { position: relative; background: var(--card); border: 1px solid var(--line); border-radius: .8rem; }
  .tools { position: absolute; right: .6rem; top: .6rem; }
  .cue { display: none; flex: 1; color: var(--dim); font-size: .85rem; }
  pre { margin: 0; padding: 1rem 1.1rem; overflow-x: auto; border-radius: .8rem; line-height: 1.6; }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.2rem; margin: 1rem 0 0; }
  dt { color: var(--dim); } dd { margin: 0; overflow-wrap: anywhere; } a { color: var(--mint); }
  @media (max-width: 48rem) {
    .tools { position: static; display: flex; gap: 1rem; align-items: center; padding: .5rem .6rem 0 1.1rem; }
    .cue.long { display: block; }
    .copy { margin-left: auto; }
    pre { background: linear-gradient(to left, var(--card) 30%, transparent) right / 4rem 100% no-repeat local,
      linear-gradient(to left, var(--dim), transparent) right / .7rem 100% no-repeat scroll; }
  }
  @media (max-width: 30rem) { .cue { display: block; } }
  @media (max-width: 40rem) {
    main { padding: 1.6rem 1rem 5rem; }
    dl { grid-template-columns: 1fr; gap: 0; } dd + dt { margin-top: .7rem; }
  }
`);
