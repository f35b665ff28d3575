// node:util's parseArgs with refusals in one line: which flag, what is wrong, where to look.
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UsageError } from './usage-error.js';

export type FlagValues = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

/** Parses the flags of `command`; positional arguments and unknown flags are refused. */
export function parseArguments(
  command: string,
  args: readonly string[],
  options: NonNullable<ParseArgsConfig['options']>,
): FlagValues {
  const seeHelp = `see 'kinesis-platform help ${command}'`;
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  const given = new Set<string>();
  for (const token of tokens) {
    if (token.kind === 'positional')
      throw new UsageError(`'${token.value}' must be a flag of '${command}'; ${seeHelp}`);
    if (token.kind !== 'option') continue;
    const known = options[token.name];
    if (known === undefined) throw new UsageError(`'${token.rawName}' is not a flag of '${command}'; ${seeHelp}`);
    if (given.has(token.name) && !known.multiple) {
      throw new UsageError(`'${token.rawName}' must be given once, got it again; drop one of them`);
    }
    given.add(token.name);
    if (known.type === 'string' && (token.value === undefined || token.value === '')) {
      throw new UsageError(`'${token.rawName}' must have a value, got nothing; ${seeHelp}`);
    }
    // `--json --rate 5` reads '--rate' as a value only after a flag that wants one.
    if (known.type === 'string' && !token.inlineValue && /^--?[a-z]/.test(token.value ?? '')) {
      throw new UsageError(`'${token.rawName}' must have a value, got '${token.value}'; ${seeHelp}`);
    }
    if (known.type === 'boolean' && token.value !== undefined) {
      throw new UsageError(`'${token.rawName}' must stand alone, got '${token.value}'; leave the value out`);
    }
  }
  // Strict, it would refuse `--rate -5` in words of its own.
  return parseArgs({ args: [...args], options, strict: false }).values as FlagValues;
}
