// GraphiQL's own colours have a contrast down to 2.9:1 on white; these have at least 4.5:1.
const parts =
  ':is(.graphiql-container, .graphiql-dialog, .graphiql-dialog-overlay, .graphiql-tooltip, [data-radix-popper-content-wrapper])';

const lightColors = `
    --color-primary: 164, 83%, 26%; --color-secondary: 242, 45%, 50%; --color-tertiary: 188, 100%, 25%;
    --color-info: 208, 100%, 34%; --color-success: 158, 80%, 24%; --color-warning: 30, 100%, 28%;
    --color-error: 8, 78%, 40%; --alpha-secondary: .9; --alpha-tertiary: .82;`;

const darkColors = `
    --color-primary: 162, 55%, 60%; --color-secondary: 243, 100%, 83%; --color-tertiary: 188, 70%, 60%;
    --color-success: 158, 65%, 55%; --color-error: 8, 100%, 76%; --alpha-secondary: .9; --alpha-tertiary: .75;`;

/** Colours and fonts of the product, in place of GraphiQL's own. GraphiQL's logo is hidden: the bar has the name. */
const colors = `
  ${parts} {${lightColors} }
  @media (prefers-color-scheme: dark) { body:not(.graphiql-light) ${parts} {${darkColors} } }
  body.graphiql-dark ${parts} {${darkColors} }
  .graphiql-container .graphiql-logo { display: none; }
  .graphiql-container .line-numbers, .graphiql-container [class*="bracket-highlighting-"] {
    color: hsla(var(--color-neutral), var(--alpha-secondary)) !important; }
  .graphiql-container button.graphiql-execute-button { background: #0b7a5c; }
  .graphiql-container button.graphiql-execute-button:hover { background: #096a50; }
`;

const bar = `
  #body { margin: 0; display: flex; flex-direction: column; height: 100vh; height: 100dvh; overflow: hidden; }
  #root { flex: 1; min-height: 0; }
  #root .graphiql-container { height: 100%; }
  #mintgate-bar { max-height: 45vh; overflow-y: auto; padding: 6px 16px 8px; font: 14px/1.5 system-ui, sans-serif;
    background: #0f3d31; color: #e8fff7; overflow-wrap: anywhere; }
  #mintgate-bar .row { display: flex; gap: 6px 18px; flex-wrap: wrap; align-items: center; min-height: 32px; }
  #mintgate-bar .brand { display: flex; gap: 9px; align-items: center; color: #fff; font-weight: 650; font-size: 16px;
    text-decoration: none; }
  #mintgate-bar a.brand:hover { text-decoration: underline; }
  #mintgate-bar .choice { min-width: 0; display: flex; gap: 8px; align-items: center; white-space: nowrap; }
  #mintgate-bar select { min-width: 0; font: inherit; color: inherit; background: #175443; border: 1px solid #5fa890;
    border-radius: 6px; padding: 3px 8px; text-overflow: ellipsis; }
  #mintgate-bar :focus-visible { outline: 2px solid #8ff0d0; outline-offset: 2px; }
  #mintgate-bar p { margin: 0; }
  #mintgate-note { color: #f3c969; font-weight: 600; }
  #mintgate-hint { margin-top: 2px; color: #cfeee2; }
  #mintgate-bar code, #mintgate-bar pre { font: .92em/1.5 ui-monospace, monospace; color: #fff; }
  #mintgate-bar .whole { white-space: nowrap; }
  #mintgate-bar pre { margin: 4px 0 0; overflow-x: auto; }
`;

/** GraphiQL sets its panes side by side in a narrow window, too: at 400 px the answer is 61 px wide. */
const narrowWindow = `
  @media (max-width: 800px) {
    .graphiql-container { flex-direction: column; }
    .graphiql-container .graphiql-sidebar { flex-direction: row; width: auto; padding: 4px 8px; }
    .graphiql-container .graphiql-main, .graphiql-container #graphiql-session { flex-direction: column; }
    .graphiql-container .graphiql-main { min-height: 0; flex: 1; }
    .graphiql-container .graphiql-sessions { margin: 0 8px 8px; min-height: 0; }
    .graphiql-container #graphiql-session { overflow-y: auto; min-height: 0; }
    .graphiql-container .graphiql-editors { min-height: 400px; }
    .graphiql-container .graphiql-response { min-height: 280px; }
  }
`;

/** The style sheet that is added to GraphiQL's own. Loads nothing. */
export const graphiqlStyle = colors + bar + narrowWindow;
