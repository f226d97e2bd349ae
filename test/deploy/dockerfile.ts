import {
  DockerfileParser,
  type Flag,
  type Instruction,
  type JSONArgument,
  type Property,
} from 'dockerfile-ast';

/** One instruction of a Dockerfile, of a kind that the tests can execute. */
export type Step =
  | { keyword: 'WORKDIR' | 'USER'; value: string }
  | { keyword: 'RUN'; command: string }
  | { keyword: 'COPY'; from: string | undefined; sources: string[]; destination: string }
  | { keyword: 'ENV'; variables: Record<string, string> }
  | { keyword: 'ENTRYPOINT' | 'CMD' | 'HEALTHCHECK'; command: string[] }
  | { keyword: 'EXPOSE' };

/** A stage: a FROM, and the instructions up to the next FROM. */
export interface Stage {
  /** The name that other stages use. */
  name: string | undefined;
  base: string;
  steps: Step[];
}

/**
 * Reads a Dockerfile.
 *
 * @throws Error for an instruction or form that is not supported here, such as variables. No instruction is skipped.
 */
export function readDockerfile(text: string): Stage[] {
  const stages: Stage[] = [];
  for (const from of DockerfileParser.parse(text).getInstructions()) {
    if (from.getKeyword() === 'FROM') {
      const [base = '', as, name] = textsOf(from);
      if (as !== undefined && as.toUpperCase() !== 'AS')
        throw new Error(`this FROM is not supported: ${from}`);
      stages.push({ base, name, steps: [] });
      continue;
    }
    const stage = stages.at(-1);
    if (stage === undefined) throw new Error(`this instruction is before the first FROM: ${from}`);
    stage.steps.push(stepOf(from));
  }
  return stages;
}

function stepOf(instruction: Instruction): Step {
  const keyword = instruction.getKeyword();
  const texts = textsOf(instruction);
  switch (keyword) {
    case 'WORKDIR':
    case 'USER':
      return { keyword, value: plain(texts).join(' ') };
    case 'EXPOSE':
      return { keyword };
    case 'RUN':
      if (flagsOf(instruction).length > 0) throw new Error('RUN with flags is not supported');
      return { keyword, command: instruction.getArgumentsContent() ?? '' };
    case 'COPY': {
      const flags = Object.fromEntries(flagsOf(instruction).map((flag) => [flag.getName(), flag.getValue()]));
      const { from, ...others } = flags;
      if (Object.keys(others).length > 0) throw new Error(`COPY --${Object.keys(others)} is not supported`);
      const paths = plain(texts);
      return {
        keyword,
        from: from ?? undefined,
        sources: paths.slice(0, -1),
        destination: paths.at(-1) ?? '',
      };
    }
    case 'ENV': {
      const properties = (instruction as Instruction & { getProperties(): Property[] }).getProperties();
      const pairs = properties.map((property) => [property.getName(), property.getValue() ?? '']);
      plain(pairs.flat());
      return { keyword, variables: Object.fromEntries(pairs) };
    }
    case 'ENTRYPOINT':
    case 'CMD': {
      const strings = (instruction as Instruction & { getJSONStrings(): JSONArgument[] }).getJSONStrings();
      // In shell form, signals go to a shell instead of the process.
      if (strings.length === 0) throw new Error(`${keyword} must be a list in JSON`);
      return { keyword, command: strings.map((string) => JSON.parse(string.toString())) };
    }
    case 'HEALTHCHECK': {
      const [, list] = /^[\s\S]*?\bCMD\s+(\[[\s\S]*\])$/.exec(instruction.getArgumentsContent() ?? '') ?? [];
      if (list === undefined) throw new Error('HEALTHCHECK must be a list in JSON');
      return { keyword, command: JSON.parse(list) };
    }
    default:
      throw new Error(`${keyword} is not supported`);
  }
}

const textsOf = (instruction: Instruction) =>
  instruction.getArguments().map((argument) => argument.getValue());

const flagsOf = (instruction: Instruction) =>
  (instruction as Instruction & { getFlags(): Flag[] }).getFlags();

function plain(texts: string[]): string[] {
  if (texts.some((text) => text.includes('$'))) throw new Error('variables are not supported');
  return texts;
}
