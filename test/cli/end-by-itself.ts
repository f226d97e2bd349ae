/**
 * Loaded into a command by a test: where the command would make an end, it is left to end by itself. Something that is still open
 * and keeps it alive is told after a while, and is a failure.
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
