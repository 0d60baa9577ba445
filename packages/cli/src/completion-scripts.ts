import type { Command } from 'commander';
import { descendants } from './descendants.ts';

/** The shells that completion is written for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** A shell. */
export type Shell = (typeof SHELLS)[number];

/** A command as a shell sees it. */
interface Words {
  readonly name: string;
  readonly description: string;
  readonly options: readonly {
    readonly flag: string;
    readonly description: string;
    readonly choices: readonly string[];
  }[];
  /** Words that may follow: subcommands of every depth, or the choices of the first argument. */
  readonly next: readonly string[];
}

/**
 * A completion script: commands, options and their choices; files everywhere else. It is made from the
 * commands themselves, so that it never lags behind.
 */
export function completionScript(program: Command, shell: Shell): string {
  const commands = program.commands.map(wordsOf);
  return { bash, zsh, fish }[shell](commands);
}

function wordsOf(command: Command): Words {
  const inner = descendants(command);
  const options = [command, ...inner].flatMap((each) => each.options).concat(command.parent?.options ?? []);
  const named = new Map(
    options.flatMap((option) => (option.long === undefined ? [] : [[option.long, option] as const])),
  );
  named.delete('--version');
  const choices = command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices);
  return {
    name: command.name(),
    description: command.summary() || command.description(),
    options: Array.from(named, ([flag, { description, argChoices = [] }]) => ({
      flag,
      description,
      choices: argChoices,
    })),
    next: [...new Set([...choices, ...inner.map((each) => each.name())])],
  };
}

function bash(commands: readonly Words[]): string {
  const cases = commands.map(
    ({ name, options, next }) =>
      `    ${name}) words='${[...next, ...options.map(({ flag }) => flag), '--help'].join(' ')}' ;;`,
  );
  const choices = choicesOf(commands).map(
    ([flag, values]) => `    ${flag}) COMPREPLY=($(compgen -W '${values.join(' ')}' -- "$current")); return ;;`,
  );
  return `# cardea completion for bash: eval "$(cardea completion bash)"
_cardea() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" words
  case "$previous" in
${choices.join('\n')}
  esac
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
    *) words='${commands.map(({ name }) => name).join(' ')} --help --version' ;;
  esac
  [ "$COMP_CWORD" -eq 1 ] && words='${commands.map(({ name }) => name).join(' ')} --help --version'
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _cardea cardea
`;
}

function zsh(commands: readonly Words[]): string {
  const list = commands.map(({ name, description }) => `    '${name}:${escaped(description).replaceAll(':', '\\:')}'`);
  const cases = commands.map(({ name, options, next }) => {
    const specs = options.map(({ flag, description, choices }) => {
      const value = choices.length > 0 ? `:value:(${choices.join(' ')})` : '';
      return `'${flag}[${escaped(description).replaceAll('[', '(').replaceAll(']', ')')}]${value}'`;
    });
    const first = next.length > 0 ? [`'1:word:(${next.join(' ')})'`] : [];
    return `    ${name}) _arguments ${[...specs, ...first, "'*:file:_files'"].join(' ')} ;;`;
  });
  return `#compdef cardea
# cardea completion for zsh: eval "$(cardea completion zsh)"
_cardea() {
  local -a commands
  commands=(
${list.join('\n')}
  )
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  local command="$words[2]"
  shift words
  (( CURRENT-- ))
  case "$command" in
${cases.join('\n')}
  esac
}
compdef _cardea cardea
`;
}

function fish(commands: readonly Words[]): string {
  const names = commands.map(({ name }) => name).join(' ');
  const lines = commands.flatMap(({ name, description, options, next }) => [
    `complete -c cardea -n 'not __fish_seen_subcommand_from ${names}' -f -a ${name} -d '${escaped(description)}'`,
    ...next.map((word) => `complete -c cardea -n '__fish_seen_subcommand_from ${name}' -a ${word}`),
    ...options.map(({ flag, description, choices }) => {
      const value = choices.length > 0 ? ` -x -a '${choices.join(' ')}'` : '';
      return `complete -c cardea -n '__fish_seen_subcommand_from ${name}' -l ${flag.slice(2)} -d '${escaped(description)}'${value}`;
    }),
  ]);
  return `# cardea completion for fish: cardea completion fish | source\n${lines.join('\n')}\n`;
}

function choicesOf(commands: readonly Words[]): readonly (readonly [string, readonly string[]])[] {
  const found = new Map<string, Set<string>>();
  for (const { flag, choices } of commands.flatMap(({ options }) => options)) {
    if (choices.length > 0) found.set(flag, new Set([...(found.get(flag) ?? []), ...choices]));
  }
  return Array.from(found, ([flag, values]) => [flag, [...values]] as const);
}

function escaped(text: string): string {
  return text.replaceAll("'", '’');
}
