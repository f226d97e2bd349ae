/**
 * Tests preload this module into a command. Where the command calls `process.exit`, it is left to end without the call, so that
 * an open handle keeps it alive: after 5 s the handles are printed, and the exit code is 70.
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
