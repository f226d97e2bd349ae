/**
 * Disables `process.exit` in a command that preloads this module, so that the command can end only when no handle is open. If it has
 * not ended after 5 s, prints the open handles and exits with code 70.
 */
const exit = process.exit.bind(process);

process.exit = ((code?: number) => {
  process.exitCode = code;
  const giveUp = () => {
    process.stderr.write(`kept alive by ${process.getActiveResourcesInfo().join(', ')}\n`);
    exit(70);
  };
  setTimeout(giveUp, 5_000).unref();
}) as typeof process.exit;
