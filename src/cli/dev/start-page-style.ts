import { raw } from 'hono/html';

/** The style sheet of the start page, for light and dark mode. Loads nothing. */
export const startPageStyle = raw(`
  :root {
    color-scheme: light dark;
    --page: light-dark(#f6f7f9, #14161b); --card: light-dark(#fff, #1d2027); --line: light-dark(#dfe3ea, #2e333d);
    --text: light-dark(#1c2430, #e6e9ef); --dim: light-dark(#5b6675, #9aa4b2); --mint: light-dark(#0b7a5c, #45d3a8);
    --mint-soft: light-dark(#e2f4ee, #143a30); --amber-soft: light-dark(#fdf0d5, #42340f);
    --amber: light-dark(#8a5a00, #f3c969); --red-soft: light-dark(#fbe3e4, #45181c); --red: light-dark(#a3222c, #ff9aa2);
  }
  * { box-sizing: border-box; }
  body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.55 system-ui, sans-serif; }
  main { max-width: 72rem; margin: 0 auto; padding: 3rem 1.5rem 4rem; }
  h1 { margin: 0; font-size: 2.1rem; letter-spacing: -0.02em; }
  h1::before { content: ""; display: inline-block; width: .72em; height: .72em; margin-right: .35em; border-radius: .2em;
    background: linear-gradient(135deg, var(--mint), #7ae0c0); }
  h2 { margin: 2.4rem 0 .9rem; font-size: 1.05rem; color: var(--dim); font-weight: 600; }
  header p { max-width: 46rem; margin: .6rem 0 0; color: var(--dim); }
  ul { list-style: none; margin: 0; padding: 0; }
  .sessions { display: grid; gap: .9rem; grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr)); }
  .sessions a { display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: .15rem .8rem; height: 100%; padding: 1rem 1.1rem;
    background: var(--card); border: 1px solid var(--line); border-radius: .8rem; color: inherit; text-decoration: none;
    grid-template-rows: auto 1fr auto; transition: border-color .15s, transform .15s; }
  .sessions a:hover, .sessions a:focus-visible { border-color: var(--mint); transform: translateY(-2px); outline: none; }
  .avatar { width: 2.6rem; height: 2.6rem; border-radius: 50%; display: grid; place-items: center; font-weight: 650;
    background: var(--mint-soft); color: var(--mint); }
  .who { min-width: 0; line-height: 1.3; }
  .who > * { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .who small, .templates small { color: var(--dim); }
  .badge { align-self: start; padding: .1rem .55rem; border-radius: 1rem; font-size: .75rem; font-weight: 600;
    background: var(--red-soft); color: var(--red); }
  .badge.active { background: var(--mint-soft); color: var(--mint); }
  .badge.pending, .badge.impersonated { background: var(--amber-soft); color: var(--amber); }
  .label { grid-column: 1 / -1; margin-top: .6rem; font-size: .92rem; overflow-wrap: anywhere; }
  .go { grid-column: 1 / -1; margin-top: .5rem; color: var(--mint); font-size: .9rem; font-weight: 600; overflow-wrap: anywhere; }
  .templates { display: flex; flex-wrap: wrap; gap: .6rem; }
  .templates li { padding: .3rem .8rem; background: var(--card); border: 1px solid var(--line); border-radius: .6rem;
    overflow-wrap: anywhere; }
  .missing { padding: .9rem 1.1rem; border: 1px dashed var(--line); border-radius: .8rem; color: var(--dim); }
  .missing p { margin: 0 0 .7rem; } p.missing { margin: 0; } .missing code { color: var(--text); }
  code { font: .88em ui-monospace, monospace; }
  pre { margin: 0; padding: 1rem 1.1rem; overflow-x: auto; background: var(--card); border: 1px solid var(--line);
    border-radius: .8rem; line-height: 1.6; }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.2rem; margin: 1rem 0 0; }
  dt { color: var(--dim); } dd { margin: 0; overflow-wrap: anywhere; } a { color: var(--mint); }
  @media (max-width: 40rem) {
    main { padding: 2rem 1rem 3rem; }
    dl { grid-template-columns: 1fr; gap: 0; } dd + dt { margin-top: .7rem; }
  }
`);
